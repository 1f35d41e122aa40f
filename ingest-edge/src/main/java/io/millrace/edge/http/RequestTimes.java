package io.millrace.edge.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.runtime.metrics.MetersByLabel;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;

/** Measures every request that is answered over HTTP, by the resource that it is about. */
public final class RequestTimes {
    /** The longer of two that begin alike comes first. */
    private static final List<String> RESOURCES = List.of(
            "/uploads",
            "/v1/files",
            "/v1/uploads",
            "/v1/batches",
            "/v1/embeddings",
            "/v1/classify",
            "/v1/chat/completions",
            "/v1/completions",
            "/v1/requests",
            "/v1/models");

    private RequestTimes() {}

    /** Measures everything that the router's later handlers answer. */
    public static void install(Router router, MeterRegistry meters) {
        MetersByLabel<MetersByLabel<Timer>> times = new MetersByLabel<>(
                resource -> new MetersByLabel<>(status -> EdgeMetrics.REQUEST.timer(meters, resource, status)));
        router.route().handler(context -> {
            long began = System.nanoTime();
            String resource = resource(context.request().path());
            context.addEndHandler(ended -> times.of(resource)
                    .of(context.response().getStatusCode() / 100 + "xx")
                    .record(Duration.ofNanos(System.nanoTime() - began)));
            context.next();
        });
    }

    /** The resource of a path, of which there are few: whatever else is asked for is one, too. */
    static String resource(String path) {
        return RESOURCES.stream().filter(path::startsWith).findFirst().orElse("other");
    }
}
