package io.millrace.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.ConfigReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void shouldBeWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("renew it: ./millrace config --reference > docs/configuration.md")
                .isEqualTo(ConfigReference.markdown(MillraceConfig.class));
    }
}
