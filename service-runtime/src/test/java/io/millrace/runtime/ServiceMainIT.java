package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServiceMainIT {
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldSayWhenItIsReadyAndNotBeforeAndEndWithZeroOnSigterm() throws Exception {
        // given
        Process process = start("--set", "admin.port=0");
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String early = out.readLine();
        String ready = out.readLine();

        // when
        process.toHandle().destroy();

        // then
        assertThat(early).isEqualTo("while it starts: {start=starting}");
        assertThat(ready).matches("ready http://127\\.0\\.0\\.1:\\d+");
        assertThat(out.readLine()).isEqualTo("closed");
        assertThat(exitStatus(process)).isZero();
    }

    @Test
    void shouldRefuseWrongUsage() throws Exception {
        // when
        Process process = start("--nonsense");

        // then
        assertThat(errors(process))
                .containsExactly("there is no option '--nonsense'", "usage: [--config FILE] [--set KEY=VALUE]...");
        assertThat(exitStatus(process)).isEqualTo(2);
    }

    @Test
    void shouldRefuseAWrongConfigurationInOneLine() throws Exception {
        // when
        Process process = start("--set", "warm_up=soon");

        // then
        assertThat(errors(process))
                .containsExactly("warm_up: 'soon' is no duration; write a number with ms, s, m, h or d");
        assertThat(exitStatus(process)).isEqualTo(1);
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SampleService.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static List<String> errors(Process process) {
        return process.errorReader(StandardCharsets.UTF_8).lines().toList();
    }

    private static int exitStatus(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
