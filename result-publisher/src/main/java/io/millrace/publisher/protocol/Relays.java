package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Owners;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.Optional;

/** Makes relays to the instances that have the streams which are asked for here. */
public final class Relays implements AutoCloseable {
    private static final int MAX_MESSAGE = 32 << 20;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /** The other side pings every ten seconds. */
    private static final int SILENCE_SECONDS = 30;

    private final Owners owners;
    private final WebSocketClient client;

    /** Relays as these say. */
    public Relays(Vertx vertx, Owners owners) {
        this.owners = owners;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setReadIdleTimeout(SILENCE_SECONDS)
                .setMaxConnections(Integer.MAX_VALUE)
                .setMaxFrameSize(MAX_MESSAGE)
                .setMaxMessageSize(MAX_MESSAGE));
    }

    /** The address of the instance that has the stream, if it is another one. */
    Optional<String> elsewhere(StreamKey stream) {
        return owners.elsewhere(stream);
    }

    Relay open(String address, SocketOutlet outlet, Relay.Listener listener) {
        return Relay.open(client, address, outlet, listener);
    }

    @Override
    public void close() {
        client.close();
    }
}
