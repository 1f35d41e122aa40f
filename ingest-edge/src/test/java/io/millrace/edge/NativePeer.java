package io.millrace.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.v1.ChunkCodec;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribe;
import io.millrace.testing.link.BinarySocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/** One connection of the native protocol, frame by frame. */
final class NativePeer implements AutoCloseable {
    private final BinarySocket socket;

    NativePeer(int port) {
        socket = new BinarySocket(port, "/v1/ingest");
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
        socket.send(frame);
        return this;
    }

    /** The next frame of this kind; those before it are dropped. */
    IngestServerFrame await(Predicate<IngestServerFrame> wanted) {
        while (true) {
            IngestServerFrame next = next();
            if (wanted.test(next)) {
                return next;
            }
        }
    }

    IngestServerFrame next() {
        try {
            return IngestServerFrame.parseFrom(socket.next());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads no more. */
    void hold() {
        socket.hold();
    }

    /** Reads again. */
    void release() {
        socket.release();
    }

    /** The code with which the edge closed. */
    CompletableFuture<Integer> closed() {
        return socket.closed();
    }

    /** Sends a request whole, in one chunk. */
    NativePeer request(IngestOpen.Builder open, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return open(open).chunk(open.getUpload(), 0, 0, bytes).complete(open.getUpload(), 1);
    }

    NativePeer subscribe(IngestSubscribe.Builder subscribe) {
        return send(IngestClientFrame.newBuilder().setSubscribe(subscribe));
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
        socket.close();
    }
}
