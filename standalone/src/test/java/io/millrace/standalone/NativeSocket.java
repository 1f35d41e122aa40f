package io.millrace.standalone;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestPosition;
import io.millrace.schemas.v1.IngestRequest;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribe;
import io.millrace.testing.link.BinarySocket;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/** One connection of the native protocol. */
final class NativeSocket implements AutoCloseable {
    private final BinarySocket socket;

    NativeSocket(int port) {
        socket = new BinarySocket(port, "/v1/ingest");
    }

    void send(IngestClientFrame.Builder frame) {
        socket.send(frame.build().toByteArray());
    }

    /** Sends a request whole; quotes of its body may be single ones. */
    void request(int number, IngestRequest.Builder request, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        send(IngestClientFrame.newBuilder()
                .setOpen(IngestOpen.newBuilder()
                        .setUpload(number)
                        .setKind(IngestKind.INGEST_KIND_REQUEST)
                        .setRequest(request)));
        send(IngestClientFrame.newBuilder()
                .setChunk(IngestChunk.newBuilder()
                        .setUpload(number)
                        .setLength(bytes.length)
                        .setCrc32C((int) crc.getValue())
                        .setContent(ByteString.copyFrom(bytes))));
        send(IngestClientFrame.newBuilder()
                .setComplete(IngestComplete.newBuilder().setUpload(number).setCount(1)));
    }

    /** Follows a stream from the beginning, or from after a position. */
    void subscribe(int number, String stream, IngestPosition... after) {
        IngestSubscribe.Builder subscribe =
                IngestSubscribe.newBuilder().setSubscription(number).setStream(stream);
        for (IngestPosition position : after) {
            subscribe.setAfter(position);
        }
        send(IngestClientFrame.newBuilder().setSubscribe(subscribe));
    }

    IngestServerFrame next() {
        try {
            return IngestServerFrame.parseFrom(socket.next());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
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

    @Override
    public void close() {
        socket.close();
    }
}
