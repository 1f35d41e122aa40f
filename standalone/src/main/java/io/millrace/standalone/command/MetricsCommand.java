package io.millrace.standalone.command;

import io.millrace.assembler.metrics.AssemblerCatalogue;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.runtime.metrics.Catalogue;
import io.millrace.runtime.metrics.MetricPage;
import io.millrace.runtime.metrics.RuntimeMetrics;
import io.millrace.worker.metrics.WorkerMetrics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace metrics}. */
@Command(name = "metrics", description = "Prints what every service measures, as Markdown.")
public final class MetricsCommand implements Callable<Integer> {
    /** What there is to measure, by service. */
    public static List<Catalogue> catalogues() {
        return List.of(
                RuntimeMetrics.ALL, EdgeMetrics.ALL, AssemblerCatalogue.ALL, WorkerMetrics.ALL, PublisherMetrics.ALL);
    }

    @Override
    public Integer call() {
        System.out.print(MetricPage.markdown(catalogues()));
        return 0;
    }
}
