package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /internal/v1/jobs/{id}?partition=P&seen=N}: what the edge asks about a job. With {@code partition} and
 * {@code seen} the answer knows at least the record of the topic of jobs that stands there.
 */
public final class JobQueries {
    private final Vertx vertx;
    private final EventLog log;
    private final BlockingReads reads;
    private final Forwarding forwarding;

    /** Answers from the log, or from that of another instance. */
    public JobQueries(Vertx vertx, EventLog log, BlockingReads reads, Forwarding forwarding) {
        this.vertx = vertx;
        this.log = log;
        this.reads = reads;
        this.forwarding = forwarding;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/jobs/:id").handler(this::answer).failureHandler(HttpErrors::render);
    }

    private void answer(RoutingContext request) {
        @Nullable String tenant = request.request().getHeader(Tenant.HTTP_HEADER);
        Optional<Seen> seen = Parameters.seen(request);
        StreamKey job = StreamKey.of(tenant == null ? Tenant.DEFAULT : tenant, request.pathParam("id"))
                .filter(stream -> stream.kind() == StreamKind.STREAM_KIND_JOB)
                .orElseThrow(JobQueries::notFound);
        if (forwarding.takes(request, job)) {
            return;
        }
        reads.run(vertx.getOrCreateContext(), () -> find(job, seen))
                .onFailure(request::fail)
                .onSuccess(state -> {
                    if (state.isEmpty()) {
                        request.fail(notFound());
                        return;
                    }
                    byte[] view = JobView.newBuilder()
                            .setJobId(job.id())
                            .setState(state.get())
                            .build()
                            .toByteArray();
                    request.response()
                            .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf")
                            .end(Buffer.buffer(view));
                });
    }

    private Optional<StreamState> find(StreamKey job, Optional<Seen> seen) {
        if (seen.isEmpty()) {
            return log.existing(job);
        }
        log.awaitRecord(
                StreamKind.STREAM_KIND_JOB, seen.get().partition(), seen.get().offset());
        return log.state(job);
    }

    private static MillraceException notFound() {
        return new MillraceException(ErrorCode.BATCH_NOT_FOUND, "there is no such batch");
    }
}
