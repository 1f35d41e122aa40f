package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.millrace.schemas.v1.Chunks;
import io.millrace.schemas.v1.Ingest;
import io.millrace.schemas.v1.Queries;
import io.millrace.schemas.v1.Requests;
import io.millrace.schemas.v1.Results;
import io.millrace.schemas.v1.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the messages against the set that is checked in as {@code wire.desc}. What stands there lies in topics and stores,
 * so it keeps its meaning for ever; additions are recorded by {@code mvn -pl schemas test -Dtest=WireCompatibilityTest
 * -Dwire.renew=true}.
 */
class WireCompatibilityTest {
    private static final Path CHECKED_IN = Path.of("src", "test", "resources", "wire.desc");
    private static final String RENEWAL =
            "mvn -pl schemas test -Dtest=WireCompatibilityTest -Dwire.renew=true, then commit schemas/" + CHECKED_IN;
    private static final List<FileDescriptor> FILES = List.of(
            Chunks.getDescriptor(),
            Ingest.getDescriptor(),
            Queries.getDescriptor(),
            Requests.getDescriptor(),
            Results.getDescriptor(),
            State.getDescriptor());

    @Test
    void shouldStayCompatibleWithWhatIsCheckedIn() throws IOException {
        // given
        FileDescriptorSet now = compiled();
        if (Boolean.getBoolean("wire.renew")) {
            Files.write(CHECKED_IN, now.toByteArray());
        }
        FileDescriptorSet before = FileDescriptorSet.parseFrom(Files.readAllBytes(CHECKED_IN));

        // then
        assertThat(WireComparison.breaks(before, now))
                .as("changes that break the wire: add a new field or message instead, and reserve what is given up")
                .isEmpty();
        assertThat(now.equals(before))
                .as("wire.desc has every message as it is now; to record additions: " + RENEWAL)
                .isTrue();
    }

    @Test
    void shouldLookAtEveryFile() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "protobuf"))) {
            assertThat(sources.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(FILES.stream()
                            .map(file -> file.getName().substring(file.getName().lastIndexOf('/') + 1))
                            .toList());
        }
    }

    private static FileDescriptorSet compiled() {
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        FILES.forEach(file -> set.addFile(file.toProto()));
        return set.build();
    }
}
