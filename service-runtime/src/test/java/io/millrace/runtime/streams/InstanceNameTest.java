package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InstanceNameTest {
    private static final String APPLICATION = "millrace-assembler";

    @TempDir
    private Path folder;

    @Test
    void shouldBeTheSameInAFolderAndAnotherElsewhere() {
        // given
        Path stateDir = folder.resolve("not/there/yet");

        // when
        String name = InstanceName.keptIn(stateDir, APPLICATION);

        // then
        assertThat(InstanceName.keptIn(stateDir, APPLICATION)).isEqualTo(name);
        assertThat(InstanceName.keptIn(stateDir, "millrace-publisher")).isNotEqualTo(name);
        assertThat(InstanceName.keptIn(folder, APPLICATION)).isNotEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "f3a1", "../../elsewhere", "8e0d2c34-66f5-4e0d-9a55-"})
    void shouldBeANewOneWhereWhatIsKeptIsNone(String kept) throws Exception {
        // given
        Path file = Files.writeString(folder.resolve(APPLICATION + ".instance"), kept);

        // when
        String name = InstanceName.keptIn(folder, APPLICATION);

        // then
        assertThat(name).hasSize(36);
        assertThat(Files.readString(file).strip()).isEqualTo(name);
    }

    @Test
    void shouldNameTheSettingWhereTheFolderCannotBeWritten() throws Exception {
        // given
        Path file = Files.writeString(folder.resolve("file"), "no folder");

        // then
        assertThatThrownBy(() -> InstanceName.keptIn(file, APPLICATION))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("streams.state_dir")
                .hasMessageContaining(file.toString());
    }
}
