package io.millrace.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.metrics.Metric;
import io.millrace.runtime.metrics.MetricPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    @Test
    void shouldBeWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(Path.of("../docs/metrics.md")))
                .as("renew it: ./millrace metrics > docs/metrics.md")
                .isEqualTo(MetricPage.markdown(MetricsCommand.catalogues()));
    }

    @Test
    void shouldNameEveryMetricOnce() {
        assertThat(MetricsCommand.catalogues().stream().flatMap(all -> all.metrics().stream()))
                .extracting(Metric::scraped)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches("millrace(_[a-z]+)+"));
    }
}
