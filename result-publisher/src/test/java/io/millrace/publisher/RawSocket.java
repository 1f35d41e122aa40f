package io.millrace.publisher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A WebSocket without a thread: it reads, and answers pings, only while the test reads. */
final class RawSocket implements AutoCloseable {
    private static final int SMALL_BUFFER = 8 << 10;
    private static final int TIMEOUT_MS = 20_000;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawSocket(int port) throws IOException {
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream()
                .write(("GET /v1/results HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("no WebSocket: " + head);
        }
    }

    /** Subscribes under the id {@code a} from after a position; {@code null} for the beginning. */
    void subscribe(String stream, @Nullable String epoch, long offset, int credit) throws IOException {
        String after = epoch == null ? "" : ",\"after\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
        send("{\"subscribe\":{\"id\":\"a\",\"stream\":\"" + stream + "\",\"credit\":" + credit + after + "}}");
    }

    void send(String text) throws IOException {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next whole frame of text; nothing when the other side has closed the socket, or cut it. */
    Optional<JsonNode> next() throws IOException {
        try {
            return nextFrame();
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        }
    }

    private Optional<JsonNode> nextFrame() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return Optional.empty();
            }
            byte[] payload = new byte[length(in.readUnsignedByte())];
            in.readFully(payload);
            switch (first & 15) {
                case TEXT -> {
                    return Optional.of(JSON.readTree(payload));
                }
                case PING -> send(PONG, payload);
                case CLOSE -> {
                    return Optional.empty();
                }
                default -> {}
            }
        }
    }

    private int length(int second) throws IOException {
        return switch (second) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second;
        };
    }

    /** Masked with zeros. */
    private void send(int kind, byte[] payload) throws IOException {
        int head = payload.length < 126 ? 6 : 8;
        byte[] frame = new byte[head + payload.length];
        frame[0] = (byte) (128 | kind);
        if (head == 6) {
            frame[1] = (byte) (128 | payload.length);
        } else {
            frame[1] = (byte) (128 | 126);
            frame[2] = (byte) (payload.length >>> 8);
            frame[3] = (byte) payload.length;
        }
        System.arraycopy(payload, 0, frame, head, payload.length);
        socket.getOutputStream().write(frame);
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
