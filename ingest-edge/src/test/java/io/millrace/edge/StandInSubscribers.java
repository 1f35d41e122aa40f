package io.millrace.edge;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.testing.Eventually;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A publisher's socket {@code /v1/results}, on which a test says everything itself. */
final class StandInSubscribers {
    private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

    /** One socket that an edge has opened. */
    record Connection(ServerWebSocket socket, BlockingQueue<JsonNode> frames) {
        /** The next frame that the edge has sent. */
        JsonNode next() {
            return Eventually.value(() -> Optional.ofNullable(frames.poll()), "a frame from the edge");
        }

        /** Sends a frame; quotes may be single ones. */
        void say(String frame) {
            socket.writeTextMessage(frame.replace('\'', '"'));
        }

        void subscribed(String id, String epoch, boolean recovered, long from) {
            say("{'subscribed':{'id':'" + id + "','stream':'batch_a','epoch':'" + epoch + "','recovered':" + recovered
                    + ",'from':" + from + ",'head':9}}");
        }

        void event(String id, long offset, String type) {
            say("{'event':{'id':'" + id + "','offset':" + offset + ",'type':'" + type + "','x':{'id':'y'}}}");
        }

        /** Whether the edge takes less than it is sent. */
        boolean isFull() {
            return socket.writeQueueFull();
        }

        void close(int code) {
            socket.close((short) code, "as the test wants it");
        }
    }

    void mount(Router router) {
        router.get("/v1/results")
                .handler(request -> request.request().toWebSocket().onSuccess(socket -> {
                    Connection connection = new Connection(socket, new LinkedBlockingQueue<>());
                    socket.textMessageHandler(
                            text -> connection.frames().add(Json.parse(text.getBytes(StandardCharsets.UTF_8))));
                    connections.add(connection);
                }));
    }

    /** The next socket that an edge opens. */
    Connection next() {
        return Eventually.value(() -> Optional.ofNullable(connections.poll()), "the edge to connect");
    }

    boolean isQuiet() {
        return connections.isEmpty();
    }
}
