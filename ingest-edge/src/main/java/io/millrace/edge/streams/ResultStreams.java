package io.millrace.edge.streams;

import io.millrace.runtime.ServiceSockets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The publishers, of which any serves any result stream. Thread-safe. */
public final class ResultStreams implements AutoCloseable {
    private static final String PATH = "/v1/results";

    private final Vertx vertx;
    private final WebSocketClient client;
    private final List<String> addresses;
    private final AtomicInteger next = new AtomicInteger();

    /** Asks at these base addresses. */
    public ResultStreams(Vertx vertx, List<String> publishers) {
        this.vertx = vertx;
        this.client = ServiceSockets.client(vertx);
        this.addresses = List.copyOf(publishers);
    }

    /** Subscriptions of one subscriber, for the present event loop alone. No publisher is asked before there is one. */
    public Subscriptions follow(Subscriptions.Listener listener) {
        return new Subscriptions(vertx, this, listener);
    }

    /** A socket to another publisher than last time, so that their load is even and one that is gone is not asked again. */
    Future<WebSocket> connect() {
        String address = addresses.get(Math.floorMod(next.getAndIncrement(), addresses.size()));
        return client.connect(new WebSocketConnectOptions().setAbsoluteURI(address.replaceFirst("^http", "ws") + PATH));
    }

    @Override
    public void close() {
        client.close();
    }
}
