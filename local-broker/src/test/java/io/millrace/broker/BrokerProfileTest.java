package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class BrokerProfileTest {
    @Test
    void shouldBeWhatTheBrokersOfTheComposeFileHave() throws IOException {
        String compose = Files.readString(Path.of("..", "docker-compose.yml"));

        assertThat(BrokerProfile.ADVISED)
                .allSatisfy((setting, value) -> assertThat(compose)
                        .contains(
                                "KAFKA_" + setting.replace('.', '_').toUpperCase(Locale.ROOT) + ": \"" + value + "\""));
    }
}
