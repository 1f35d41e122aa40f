package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.EventLog;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /internal/v1/jobs?limit=N&before=MS&after=ID}: a tenant's jobs as far as this instance has them, newest first,
 * after the one of this id that was created at this time.
 */
public final class JobLists {
    private static final long MAX_LIMIT = 1_000;

    private final Vertx vertx;
    private final EventLog log;
    private final BlockingReads reads;

    /** Answers from the log. */
    public JobLists(Vertx vertx, EventLog log, BlockingReads reads) {
        this.vertx = vertx;
        this.log = log;
        this.reads = reads;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/jobs").handler(this::answer).failureHandler(HttpErrors::render);
    }

    private void answer(RoutingContext request) {
        @Nullable String tenant = request.request().getHeader(Tenant.HTTP_HEADER);
        int limit =
                (int) (long) Parameters.number(request, "limit", 1, MAX_LIMIT).orElse(MAX_LIMIT);
        @Nullable String after = request.request().getParam("after");
        Optional<EventLog.Listed> before = Parameters.number(request, "before", 0, Long.MAX_VALUE)
                .map(createdMs -> new EventLog.Listed(createdMs, after == null ? "" : after));
        reads.run(
                        vertx.getOrCreateContext(),
                        () -> log.jobs(tenant == null ? Tenant.DEFAULT : tenant, before, limit + 1))
                .onFailure(request::fail)
                .onSuccess(page -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf")
                        .end(Buffer.buffer(list(page, limit).toByteArray())));
    }

    private static JobList list(EventLog.JobPage page, int limit) {
        List<JobView> jobs = page.jobs();
        return JobList.newBuilder()
                .addAllJobs(jobs.subList(0, Math.min(limit, jobs.size())))
                .setMore(jobs.size() > limit)
                .addAllPartitions(page.partitions())
                .build();
    }
}
