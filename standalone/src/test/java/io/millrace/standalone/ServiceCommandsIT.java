package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The commands that run one service, each as the process of its own that it is in a deployment. */
class ServiceCommandsIT {
    @Test
    void shouldStartTheServiceAndRefuseWhatItDoesNotKnow() throws Exception {
        for (String service : List.of("edge", "assembler", "worker", "publisher")) {
            refusesWhatItDoesNotKnow(service);
        }
    }

    private static void refusesWhatItDoesNotKnow(String service) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of("target/millrace/lib").toAbsolutePath() + "/*",
                        Main.class.getName(),
                        service,
                        "--set",
                        service + ".nope=1"))
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output).contains(service + ".nope").doesNotContain("Exception");
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
