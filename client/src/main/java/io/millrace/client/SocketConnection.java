package io.millrace.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, as a queue of frames. The queue is bounded by the credit that its reader gives. For one reader; the
 * callbacks come from the HTTP client's threads.
 */
final class SocketConnection implements AutoCloseable {
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final Duration silence;
    private final WebSocket socket;
    private volatile long lastHeard = System.nanoTime();

    /** What a socket gives. */
    sealed interface Frame {
        /** A whole text frame. */
        record Text(String text) implements Frame {}

        /** A whole binary frame. */
        record Binary(ByteBuffer bytes) implements Frame {}

        /** The server closed. */
        record Closed(int code, String reason) implements Frame {}

        /** The connection broke. */
        record Broken(Throwable failure) implements Frame {}
    }

    /** Connects to a path of the interface. */
    SocketConnection(HttpClient http, ClientOptions options, String path) throws IOException, InterruptedException {
        this.silence = options.silence();
        String address = options.at(path).toString().replaceFirst("^http", "ws");
        this.socket = await(
                http.newWebSocketBuilder().connectTimeout(silence).buildAsync(URI.create(address), new Receiver()));
    }

    /** Sends a text frame and waits until it is on its way. */
    void send(String text) throws IOException, InterruptedException {
        await(socket.sendText(text, true));
    }

    /** Sends a binary frame and waits until it is on its way. */
    void send(ByteBuffer bytes) throws IOException, InterruptedException {
        await(socket.sendBinary(bytes, true));
    }

    /** The next frame, if there is one already. */
    Optional<Frame> poll() {
        return Optional.ofNullable(frames.poll());
    }

    /**
     * The next frame.
     *
     * @throws IOException if nothing, not even a ping, was heard for as long as silence may last
     */
    Frame next() throws IOException, InterruptedException {
        while (true) {
            long left = silence.toNanos() - (System.nanoTime() - lastHeard);
            @Nullable Frame frame = frames.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
            if (frame != null) {
                return frame;
            }
            if (System.nanoTime() - lastHeard >= silence.toNanos()) {
                throw new IOException("nothing was heard for " + silence.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("nothing moved for " + silence.toSeconds() + " s", e);
        }
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            lastHeard = System.nanoTime();
            text.append(data);
            if (last) {
                frames.add(new Frame.Text(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            lastHeard = System.nanoTime();
            byte[] part = new byte[data.remaining()];
            data.get(part);
            binary.writeBytes(part);
            if (last) {
                frames.add(new Frame.Binary(ByteBuffer.wrap(binary.toByteArray())));
                binary.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
            lastHeard = System.nanoTime();
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            frames.add(new Frame.Closed(statusCode, reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            frames.add(new Frame.Broken(error));
        }
    }
}
