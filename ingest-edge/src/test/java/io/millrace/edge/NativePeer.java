package io.millrace.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestServerFrame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One connection of the native protocol, frame by frame. */
final class NativePeer implements AutoCloseable {
    private static final int PATIENCE_S = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<IngestServerFrame> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    NativePeer(int port) {
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/ingest"), new Listener())
                .join();
    }

    private final class Listener implements WebSocket.Listener {
        private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            partial.writeBytes(bytes);
            if (last) {
                try {
                    received.add(IngestServerFrame.parseFrom(partial.toByteArray()));
                } catch (InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
                partial.reset();
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    NativePeer open(IngestOpen.Builder open) {
        return send(IngestClientFrame.newBuilder().setOpen(open));
    }

    NativePeer chunk(int upload, long sequence, long offset, byte[] content) {
        return chunk(chunkOf(upload, sequence, offset, content));
    }

    NativePeer chunk(IngestChunk.Builder chunk) {
        return send(IngestClientFrame.newBuilder().setChunk(chunk));
    }

    static IngestChunk.Builder chunkOf(int upload, long sequence, long offset, byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return IngestChunk.newBuilder()
                .setUpload(upload)
                .setSequence(sequence)
                .setOffset(offset)
                .setLength(content.length)
                .setCrc32C((int) crc.getValue())
                .setCodec(ChunkCodec.CHUNK_CODEC_IDENTITY)
                .setContent(ByteString.copyFrom(content));
    }

    NativePeer complete(int upload, long count) {
        return send(IngestClientFrame.newBuilder()
                .setComplete(IngestComplete.newBuilder().setUpload(upload).setCount(count)));
    }

    NativePeer send(IngestClientFrame.Builder frame) {
        return sendRaw(frame.build().toByteArray());
    }

    NativePeer sendRaw(byte[] frame) {
        socket.sendBinary(ByteBuffer.wrap(frame), true).join();
        return this;
    }

    /** The next frame of this kind; those before it are dropped. */
    IngestServerFrame await(Predicate<IngestServerFrame> wanted) {
        try {
            while (true) {
                IngestServerFrame next = received.poll(PATIENCE_S, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("no such frame came");
                }
                if (wanted.test(next)) {
                    return next;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    IngestServerFrame awaitRefused() {
        return await(IngestServerFrame::hasRefused);
    }

    /** Waits until the brokers have all numbers below this. */
    void awaitNext(int upload, long next) {
        await(frame -> frame.hasAck()
                && frame.getAck().getUpload() == upload
                && frame.getAck().getNext() == next);
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}
