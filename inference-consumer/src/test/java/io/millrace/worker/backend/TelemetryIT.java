package io.millrace.worker.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryIT {
    private static final int LONG_CLASS_PATH = 40_000;

    /** Loads the model, in a process of its own. */
    static final class Loading {
        private Loading() {}

        /** No arguments. */
        public static void main(String[] args) throws Exception {
            try (OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 1)) {
                System.out.println(
                        encoder.encode(List.of(encoder.tokenize("loaded"))).size());
            }
        }
    }

    /** With its telemetry on, ONNX Runtime would write an id of this device there, and crash on the command line. */
    @Test
    void shouldNeitherReportToAnybodyNorCrashOnALongClassPath(@TempDir Path home) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + System.getProperty("user.home"),
                "-cp",
                System.getProperty("java.class.path") + ":/nowhere/" + "x".repeat(LONG_CLASS_PATH),
                Loading.class.getName());
        builder.environment().keySet().removeAll(List.of("ORT_DISABLE_TELEMETRY", "CI", "XDG_CACHE_HOME"));
        builder.environment().put("HOME", home.toString());
        Path output = home.resolve("output");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).endsWith("1\n");
        assertThat(process.exitValue()).isZero();
        try (var files = Files.walk(home)) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("deviceid");
        }
    }
}
