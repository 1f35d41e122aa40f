package io.millrace.assembler.query;

import com.google.protobuf.MessageLite;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** How the internal interface answers. What was answered already stays: whoever asked may have gone before the end of it. */
final class InternalAnswers {
    private static final String RETRY_SECONDS = "1";

    private InternalAnswers() {}

    static void message(RoutingContext request, MessageLite message) {
        request.response()
                .putHeader("Content-Type", "application/x-protobuf")
                .end(Buffer.buffer(message.toByteArray()));
    }

    /** 503: asking again helps. */
    static void notNow(RoutingContext request, String why) {
        if (!request.response().headWritten()) {
            request.response().putHeader("Retry-After", RETRY_SECONDS);
            end(request, 503, why);
        }
    }

    static void end(RoutingContext request, int status, String message) {
        if (!request.response().headWritten()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(message);
        }
    }
}
