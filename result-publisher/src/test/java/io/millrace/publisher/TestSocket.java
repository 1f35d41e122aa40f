package io.millrace.publisher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose frames a test takes one by one. */
final class TestSocket implements AutoCloseable {
    private static final long SECONDS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebSocketClient client;
    private final WebSocket socket;
    private final BlockingQueue<Buffer> frames = new LinkedBlockingQueue<>();

    TestSocket(Vertx vertx, int port, String path) throws ExecutionException, InterruptedException, TimeoutException {
        client = vertx.createWebSocketClient();
        socket = client.connect(port, "127.0.0.1", path)
                .map(open -> {
                    open.handler(frames::add);
                    return open;
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    void send(String text) {
        socket.writeTextMessage(text);
    }

    void send(byte[] bytes) {
        socket.writeBinaryMessage(Buffer.buffer(bytes));
    }

    /** Subscribes under the id {@code a} from after a position; {@code null} for the beginning. */
    void subscribe(String stream, @Nullable String epoch, long offset) {
        String after = epoch == null ? "" : ",\"after\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
        send("{\"subscribe\":{\"id\":\"a\",\"stream\":\"" + stream + "\",\"credit\":100000" + after + "}}");
    }

    Buffer next() throws InterruptedException {
        @Nullable Buffer frame = frames.poll(SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
            throw new AssertionError("nothing came for " + SECONDS + " s");
        }
        return frame;
    }

    /** The next frame, or nothing when the socket is closed and all its frames are taken. */
    Optional<JsonNode> nextOrClosed() throws InterruptedException, JsonProcessingException {
        for (int waited = 0; waited < SECONDS * 10; waited++) {
            @Nullable Buffer frame = frames.poll(100, TimeUnit.MILLISECONDS);
            if (frame != null) {
                return Optional.of(JSON.readTree(frame.toString()));
            }
            if (socket.isClosed() && frames.isEmpty()) {
                return Optional.empty();
            }
        }
        throw new AssertionError("nothing came for " + SECONDS + " s");
    }

    JsonNode nextJson() throws InterruptedException, JsonProcessingException {
        return JSON.readTree(next().toString());
    }

    boolean isQuiet() {
        return frames.isEmpty();
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    @Nullable
    Short closeCode() {
        return socket.closeStatusCode();
    }

    @Override
    public void close() {
        socket.close();
        client.close();
    }
}
