package io.millrace.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;

/** WebSockets to other services of the same deployment. */
public final class ServiceSockets {
    private static final int MAX_MESSAGE = 32 << 20;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /** The other side pings every ten seconds; one that does not is gone. */
    private static final int SILENCE_SECONDS = 30;

    private ServiceSockets() {}

    /** A client for any number of them. Who makes it closes it. */
    public static WebSocketClient client(Vertx vertx) {
        return vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setReadIdleTimeout(SILENCE_SECONDS)
                .setMaxConnections(Integer.MAX_VALUE)
                .setMaxFrameSize(MAX_MESSAGE)
                .setMaxMessageSize(MAX_MESSAGE));
    }
}
