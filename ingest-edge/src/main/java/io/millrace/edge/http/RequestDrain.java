package io.millrace.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/**
 * Lets a refused client read its answer while it is still sending: what it sends is thrown away, up to a bound, and then the
 * connection is closed. Closing at once would reset it, and the answer be lost.
 */
public final class RequestDrain {
    private static final long MAX_BYTES = 64L << 20;
    private static final long MAX_MS = 10_000;

    private RequestDrain() {}

    /** Throws away what is left of the request; called once the answer is written. */
    public static void rest(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        long[] left = {MAX_BYTES};
        long timer = vertx.setTimer(MAX_MS, fired -> request.connection().close());
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.endHandler(end -> vertx.cancelTimer(timer));
        request.handler(bytes -> {
            left[0] -= bytes.length();
            if (left[0] < 0 && vertx.cancelTimer(timer)) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
