package io.millrace.bench.results;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A WebSocket of a subscriber that reads frame by frame and blocks; cheap, so that a thousand of them measure the other side. */
final class EventSocket implements AutoCloseable {
    private static final int BUFFER = 16 << 10;
    private static final int CONNECT_MS = 10_000;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private byte[] payload = new byte[1 << 10];

    /** Connects and waits for the answer to the handshake. */
    EventSocket(int port, String path) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            socket.close();
            throw new IOException(
                    "no WebSocket: " + head.toString().lines().findFirst().orElse(""));
        }
    }

    /** Follows a stream of Millrace from after a position, or from the beginning with the offset -1. */
    static EventSocket follow(int port, String stream, String epoch, long offset) throws IOException {
        EventSocket socket = new EventSocket(port, "/v1/results");
        String after = offset < 0 ? "" : ",\"after\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
        socket.send(
                TEXT,
                ("{\"subscribe\":{\"id\":\"a\",\"stream\":\"" + stream + "\",\"credit\":1000000" + after + "}}")
                        .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /** Waits for the next frame of text and returns its length; negative when the other side has closed the socket. */
    int next() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return -1;
            }
            int length = length(in.readUnsignedByte());
            if (length > payload.length) {
                payload = new byte[Math.max(length, 2 * payload.length)];
            }
            in.readFully(payload, 0, length);
            switch (first & 15) {
                case TEXT -> {
                    return length;
                }
                case PING -> send(PONG, Arrays.copyOf(payload, length));
                case CLOSE -> {
                    return -1;
                }
                default -> throw new EOFException("unexpected frame " + first);
            }
        }
    }

    /** The last frame's bytes, until the next one is read. */
    byte[] payload() {
        return payload;
    }

    /** The last frame as text. */
    String text(int length) {
        return new String(payload, 0, length, StandardCharsets.UTF_8);
    }

    private int length(int second) throws IOException {
        return switch (second & 127) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second & 127;
        };
    }

    /** Masked with zeros. */
    private void send(int kind, byte[] bytes) throws IOException {
        int head = bytes.length < 126 ? 6 : 8;
        byte[] frame = new byte[head + bytes.length];
        frame[0] = (byte) (128 | kind);
        frame[1] = (byte) (128 | (head == 6 ? bytes.length : 126));
        if (head == 8) {
            frame[2] = (byte) (bytes.length >>> 8);
            frame[3] = (byte) bytes.length;
        }
        System.arraycopy(bytes, 0, frame, head, bytes.length);
        socket.getOutputStream().write(frame);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
