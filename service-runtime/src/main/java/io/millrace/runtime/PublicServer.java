package io.millrace.runtime;

import io.millrace.runtime.config.HttpSettings;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/**
 * A server for clients or for other services: HTTP/1.1 and HTTP/2 without TLS, WebSockets with permessage-deflate, one
 * instance per event loop. An answer over HTTP/1.1 may be written on its own event loop only; from elsewhere that fails.
 */
public final class PublicServer implements AutoCloseable {
    private static final int MAX_WEBSOCKET_MESSAGE = 8 << 20;
    private final ListeningServer server;

    private PublicServer(ListeningServer server) {
        this.server = server;
    }

    /**
     * Starts it and waits until it listens; not to be called on an event loop.
     *
     * @param router shared by all event loops, so its handlers must be thread-safe
     */
    public static PublicServer start(ServiceContext context, HttpSettings settings, Router router) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(true)
                .setHandle100ContinueAutomatically(true)
                .setMaxChunkSize(LargeReads.LARGEST)
                // Without it each connection has a queue of 1,024 places for what other threads write, which it keeps
                // as a
                // WebSocket, too.
                .setStrictThreadMode(true)
                .setPerMessageWebSocketCompressionSupported(true)
                .setWebSocketAllowServerNoContext(true)
                .setMaxWebSocketFrameSize(MAX_WEBSOCKET_MESSAGE)
                .setMaxWebSocketMessageSize(MAX_WEBSOCKET_MESSAGE);
        return new PublicServer(ListeningServer.start(
                context.vertx(), settings, options, VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE, router));
    }

    /** The actual port. */
    public int port() {
        return server.port();
    }

    /** Stops listening, lets requests in flight end for some seconds, then closes their connections. */
    @Override
    public void close() {
        server.close();
    }
}
