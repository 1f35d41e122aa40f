package io.millrace.runtime;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what is written to a connection, so that many small messages reach the kernel with one call; Vert.x makes one for
 * each of a WebSocket's. Used on the connection's event loop only.
 */
public final class Cork {
    private final Flushes flushes = new Flushes();

    private Cork() {}

    /** For this connection; of one that is none of a server's, nothing is held back. */
    public static Cork of(HttpConnection connection) {
        Cork cork = new Cork();
        if (connection instanceof HttpServerConnection open) {
            open.channelHandlerContext().pipeline().addFirst(cork.flushes);
        }
        return cork;
    }

    /** Does something that writes, and sends all of it at its end. */
    public void during(Runnable writes) {
        if (flushes.held) {
            writes.run();
            return;
        }
        flushes.held = true;
        try {
            writes.run();
        } finally {
            flushes.release();
        }
    }

    private static final class Flushes extends ChannelOutboundHandlerAdapter {
        private boolean held;
        private @Nullable ChannelHandlerContext wanted;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (held) {
                wanted = context;
            } else {
                context.flush();
            }
        }

        private void release() {
            held = false;
            @Nullable ChannelHandlerContext context = wanted;
            wanted = null;
            if (context != null) {
                context.flush();
            }
        }
    }
}
