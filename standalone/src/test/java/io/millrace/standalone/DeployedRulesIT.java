package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Prometheus' own judgement of what is in {@code deploy/prometheus}. */
class DeployedRulesIT {
    @Test
    void shouldBeAcceptedByPromtool() throws Exception {
        assertThat(promtool("check", "config", "prometheus.yml")).doesNotContain("FAILED");
        assertThat(promtool("check", "rules", "--lint=all", "--lint-fatal", "recording.yml", "alerts.yml"))
                .doesNotContain("FAILED");
    }

    @Test
    void shouldFireWhenTheyShouldAndOnlyThen() throws Exception {
        assertThat(promtool("test", "rules", "tests.yml")).contains("SUCCESS");
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.command().addFirst(PrometheusProcess.program("promtool"));
        Process process = builder.directory(PrometheusProcess.DEPLOYED.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
