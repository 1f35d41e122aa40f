package io.millrace.publisher.protocol;

import io.millrace.publisher.core.CallRules;
import io.millrace.publisher.core.RegisteredItems;
import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.JobFile;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.RequestView;
import io.millrace.schemas.v1.Result;
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
 * {@code GET /internal/v1/requests/{id}?partition=P&seen=N}: how one request stands, of a job or of a call. With {@code
 * partition} and {@code seen} the answer knows at least the record of the stream's topic that stands there.
 */
public final class RequestQueries {
    private final Vertx vertx;
    private final EventLog log;
    private final BlockingReads reads;
    private final Forwarding forwarding;

    /** Answers from the log, or from that of another instance. */
    public RequestQueries(Vertx vertx, EventLog log, BlockingReads reads, Forwarding forwarding) {
        this.vertx = vertx;
        this.log = log;
        this.reads = reads;
        this.forwarding = forwarding;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/requests/:id").handler(this::answer).failureHandler(HttpErrors::render);
    }

    private void answer(RoutingContext request) {
        String id = request.pathParam("id");
        @Nullable String tenant = request.request().getHeader(Tenant.HTTP_HEADER);
        String streamId = Ids.streamOfRequest(id);
        StreamKey stream =
                StreamKey.of(tenant == null ? Tenant.DEFAULT : tenant, streamId).orElseThrow(RequestQueries::unknown);
        long item = Ids.itemOfRequest(streamId, id).orElseThrow(RequestQueries::unknown);
        Optional<Seen> seen = Parameters.seen(request);
        if (forwarding.takes(request, stream)) {
            return;
        }
        reads.run(vertx.getOrCreateContext(), () -> find(stream, item, seen))
                .onFailure(request::fail)
                .onSuccess(view -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf")
                        .end(Buffer.buffer(view.toByteArray())));
    }

    private RequestView find(StreamKey stream, long item, Optional<Seen> seen) {
        seen.ifPresent(record -> log.awaitRecord(stream.kind(), record.partition(), record.offset()));
        Optional<RequestView> known = look(stream, item);
        if (known.isEmpty()) {
            log.catchUp(stream);
            known = look(stream, item);
        }
        return known.orElseThrow(RequestQueries::unknown);
    }

    private Optional<RequestView> look(StreamKey stream, long item) {
        if (stream.kind() == StreamKind.STREAM_KIND_CALL) {
            return log.request(stream, item).map(request -> call(stream, item, request));
        }
        Optional<Result> result = log.outcome(stream, item);
        if (result.isPresent()) {
            return Optional.of(RequestView.newBuilder().setResult(result.get()).build());
        }
        return log.state(stream)
                .filter(state -> RegisteredItems.contains(state, item))
                .map(state -> open(stream, item, state));
    }

    private RequestView call(StreamKey stream, long item, RequestState request) {
        RequestView.Builder view = RequestView.newBuilder()
                .setFingerprint(CallRules.fingerprint(request))
                .setAcceptedAtMs(request.getCall().getAcceptedAtMs());
        log.outcome(stream, item).ifPresent(view::setResult);
        return view.build();
    }

    /** What an ended job did not run has no result in its stream. */
    private static RequestView open(StreamKey job, long item, StreamState state) {
        if (!ResultStream.hasEnded(state)) {
            return RequestView.getDefaultInstance();
        }
        return RequestView.newBuilder()
                .setResult(Result.newBuilder()
                        .setRequestId(job.requestId(item))
                        .setItem(item)
                        .setFailure(JobFile.notRun(state, item)))
                .build();
    }

    private static MillraceException unknown() {
        return new MillraceException(ErrorCode.REQUEST_NOT_FOUND, "there is no such request");
    }
}
