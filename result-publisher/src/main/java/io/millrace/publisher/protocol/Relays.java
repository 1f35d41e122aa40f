package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Owners;
import io.millrace.runtime.ServiceSockets;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.util.Optional;

/** Makes relays to the instances that have the streams which are asked for here. */
public final class Relays implements AutoCloseable {
    private final Owners owners;
    private final WebSocketClient client;

    /** Relays as these say. */
    public Relays(Vertx vertx, Owners owners) {
        this.owners = owners;
        this.client = ServiceSockets.client(vertx);
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
