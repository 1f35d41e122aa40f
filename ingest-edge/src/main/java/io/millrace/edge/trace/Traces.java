package io.millrace.edge.trace;

import io.millrace.schemas.Traceparent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.AccessMode;
import io.vertx.core.spi.context.storage.ContextLocal;
import io.vertx.ext.web.Router;
import org.jspecify.annotations.Nullable;

/**
 * The trace of the request for which the present event loop works. Each request has a context of its own, which goes with it
 * through every future; on a thread without one there is no trace.
 */
public final class Traces {
    /** Made by {@link TracesProvider} before any event loop starts. */
    static final ContextLocal<String> OF_REQUEST = ContextLocal.registerLocal(String.class);

    private Traces() {}

    /** From here on every request of the router is in its client's trace, or begins one. */
    public static void install(Router router) {
        router.route().handler(request -> {
            Context context = request.vertx().getOrCreateContext();
            OF_REQUEST.put(
                    context,
                    AccessMode.CONCURRENT,
                    Traceparent.continuing(request.request().getHeader(Traceparent.HEADER)));
            request.next();
        });
    }

    /** The {@code traceparent} of the present request, or an empty text. */
    public static String current() {
        @Nullable Context context = Vertx.currentContext();
        @Nullable String trace = context == null ? null : OF_REQUEST.get(context, AccessMode.CONCURRENT);
        return trace == null ? "" : trace;
    }

    /** The id of the present request's trace, for the log. */
    public static String currentId() {
        return Traceparent.traceId(current());
    }
}
