package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventJson;
import io.millrace.publisher.hub.EventLog;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.StreamKind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code GET /v1/batches/{id}/results?after=N&limit=M}: a job's results as lines of JSON, as far as they are there. */
public final class ResultPages {
    private static final long DEFAULT_LIMIT = 1_000;
    private static final long MAX_LIMIT = 100_000;
    private static final int PAGE_EVENTS = 256;
    private static final long PAGE_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final EventLog log;
    private final BlockingReads reads;
    private final Forwarding forwarding;

    /** Serves from the log, or from that of another instance. */
    public ResultPages(Vertx vertx, EventLog log, BlockingReads reads, Forwarding forwarding) {
        this.vertx = vertx;
        this.log = log;
        this.reads = reads;
        this.forwarding = forwarding;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/v1/batches/:id/results").handler(this::answer).failureHandler(HttpErrors::render);
    }

    /** Where an answer stands: the next offset to read, and how many results may still be sent. */
    private record Cursor(StreamKey job, long next, long left) {}

    private void answer(RoutingContext request) {
        long after = Parameters.number(request, "after", -1, Long.MAX_VALUE - 1).orElse(-1L);
        long limit = Parameters.number(request, "limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
        StreamKey job = StreamKey.of(Tenant.DEFAULT, request.pathParam("id"))
                .filter(stream -> stream.kind() == StreamKind.STREAM_KIND_JOB)
                .orElseThrow(ResultPages::notFound);
        if (forwarding.takes(request, job)) {
            return;
        }
        Context context = vertx.getOrCreateContext();
        reads.run(context, () -> log.existing(job)).onFailure(request::fail).onSuccess(state -> {
            if (state.isEmpty()) {
                request.fail(notFound());
                return;
            }
            request.response().setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/jsonl");
            page(request, context, new Cursor(job, after + 1, limit));
        });
    }

    /** Reads and writes one page; the next one when the socket has taken it. */
    private void page(RoutingContext request, Context context, Cursor cursor) {
        reads.run(context, () -> log.read(cursor.job(), cursor.next(), PAGE_EVENTS, PAGE_BYTES))
                .onFailure(request::fail)
                .onSuccess(events -> {
                    HttpServerResponse response = request.response();
                    if (events.isEmpty() || cursor.left() == 0) {
                        response.end();
                        return;
                    }
                    Buffer lines = Buffer.buffer();
                    Cursor next = append(lines, events, cursor);
                    response.write(lines).onSuccess(nothing -> page(request, context, next));
                });
    }

    private static Cursor append(Buffer lines, List<LoggedEvent> events, Cursor cursor) {
        long offset = cursor.next();
        long left = cursor.left();
        for (LoggedEvent event : events) {
            if (left == 0) {
                break;
            }
            if (event.hasResult()) {
                lines.appendString(EventJson.render(offset, event)).appendByte((byte) '\n');
                left--;
            }
            offset++;
        }
        return new Cursor(cursor.job(), offset, left);
    }

    private static MillraceException notFound() {
        return new MillraceException(ErrorCode.BATCH_NOT_FOUND, "there is no such batch");
    }
}
