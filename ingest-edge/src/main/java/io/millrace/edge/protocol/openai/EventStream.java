package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.ErrorRendering;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer as server-sent events in OpenAI's form: objects, then {@code [DONE]}. Until the first of them the answer can still be
 * an error with its status; later it is an event. A comment every ten seconds keeps proxies from closing a quiet answer. Used
 * on one event loop.
 */
final class EventStream {
    private static final long QUIET_MS = 10_000;

    private final Vertx vertx;
    private final RoutingContext context;
    private final long timer;
    private boolean ended;

    EventStream(Vertx vertx, RoutingContext context) {
        this.vertx = vertx;
        this.context = context;
        this.timer = vertx.setPeriodic(QUIET_MS, fired -> write(": the answer is on its way\n\n"));
    }

    void send(ObjectNode event) {
        write("data: " + event + "\n\n");
    }

    void done() {
        write("data: [DONE]\n\n");
        end();
    }

    void fail(Throwable cause) {
        if (ended) {
            return;
        }
        if (!context.response().headWritten()) {
            gone();
            context.fail(cause);
            return;
        }
        MillraceException known = cause instanceof MillraceException error
                ? error
                : new MillraceException(ErrorCode.INTERNAL, "something went wrong", cause);
        send(ErrorRendering.openAi(known.code(), known.getMessage(), known.param()));
        end();
    }

    /** The caller has gone; nothing is written any more. */
    void gone() {
        ended = true;
        vertx.cancelTimer(timer);
    }

    private void end() {
        if (!ended) {
            gone();
            context.response().end();
        }
    }

    private void write(String text) {
        if (ended) {
            return;
        }
        HttpServerResponse response = context.response();
        if (!response.headWritten()) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
        response.write(text);
    }
}
