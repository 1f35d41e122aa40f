package io.millrace.runtime.metrics;

import java.util.List;
import java.util.Locale;

/** Writes the catalogues down for operators, as Markdown. */
public final class MetricPage {
    private MetricPage() {}

    /** The page of these catalogues, in their order. */
    public static String markdown(List<Catalogue> catalogues) {
        StringBuilder page = new StringBuilder("""
                # Metrics

                What a scrape of `/metrics` at the admin port has, in Prometheus' form. Made from the code by
                `millrace metrics`; a test fails when this page is stale, and when a running system shows anything else.

                Of a `counter` take the `rate`. A `timer` is a histogram: `_bucket` by `le` for `histogram_quantile` over all
                instances, `_count`, `_sum`, and `_max` of the last minutes. A `summary` has `_count`, `_sum` and `_max`.
                A series appears with its first event where its labels are not known before. Beside these there are
                Micrometer's own of the JVM and the process (`jvm_*`, `process_*`, `system_*`) and Kafka's of the producers
                (`kafka_producer_*`). Rules and alerts that use them are in `deploy/prometheus`, dashboards in `deploy/grafana`.
                """);
        for (Catalogue catalogue : catalogues) {
            page.append("\n## ").append(catalogue.owner());
            page.append("\n\n| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
            catalogue.metrics().forEach(metric -> page.append(row(metric)));
        }
        return page.toString();
    }

    private static String row(Metric metric) {
        String labels = metric.labels().isEmpty() ? "–" : "`" + String.join("`, `", metric.labels()) + "`";
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        metric.scraped(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        metric.unit().isEmpty() ? "–" : metric.unit(),
                        labels,
                        metric.meaning());
    }
}
