package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.HttpSettings;
import io.millrace.testing.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket, byte by byte, because clients answer pings by themselves. */
final class LivenessIT {
    private static final short CLOSED_AS_DEAD = 4321;
    private static final int PING = 0x89;
    private static final int CLOSE = 0x88;
    /** Shorter than what Vert.x itself gives a closing socket. */
    private static final int PATIENCE_MS = 5_000;

    private static final long PAUSE_NANOS = 500_000_000;

    private static final byte[] PONG = {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0};

    private final ServiceContext context = ServiceContext.create();
    private final Router router = Router.router(context.vertx());
    private final CompletableFuture<Context> loop = new CompletableFuture<>();
    private volatile boolean notReading;

    @BeforeEach
    void watch() {
        router.get("/socket")
                .handler(request -> request.request()
                        .toWebSocket()
                        .onSuccess(socket -> watched(request.request().connection(), socket)));
    }

    private void watched(HttpConnection connection, ServerWebSocket socket) {
        loop.complete(Objects.requireNonNull(Vertx.currentContext()));
        Liveness liveness = Liveness.watch(
                        context.vertx(), connection, socket, Duration.ofMillis(50), () -> socket.close(CLOSED_AS_DEAD))
                .unless(() -> notReading);
        socket.closeHandler(closed -> liveness.stop());
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void shouldKeepWhoAnswersAndCutWhoIsSilent() throws IOException {
        try (PublicServer server = PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router);
                Socket socket = connected(server.port())) {
            DataInputStream in = new DataInputStream(socket.getInputStream());

            // given: a client that answers for longer than a silence may last
            for (int answered = 0; answered < 8; answered++) {
                assertThat(in.readUnsignedByte()).isEqualTo(PING);
                assertThat(in.readUnsignedByte()).isZero();
                socket.getOutputStream().write(PONG);
            }

            // when: it is silent
            int frame = in.readUnsignedByte();
            while (frame == PING) {
                assertThat(in.readUnsignedByte()).isZero();
                frame = in.readUnsignedByte();
            }

            // then
            assertThat(frame).isEqualTo(CLOSE);
            int length = in.readUnsignedByte();
            assertThat(in.readShort()).isEqualTo(CLOSED_AS_DEAD);
            in.skipNBytes(length - Short.BYTES);
            // who does not close either is cut
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldNotCountSilenceWhileThisSideDoesNotRead() throws IOException {
        try (PublicServer server = PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router);
                Socket socket = connected(server.port())) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            notReading = true;

            // when: nothing is answered for longer than a silence may last
            for (int pings = 0; pings < 8; pings++) {
                assertThat(in.readUnsignedByte()).isEqualTo(PING);
                assertThat(in.readUnsignedByte()).isZero();
            }
            notReading = false;

            // then
            int frame = in.readUnsignedByte();
            while (frame == PING) {
                assertThat(in.readUnsignedByte()).isZero();
                frame = in.readUnsignedByte();
            }
            assertThat(frame).isEqualTo(CLOSE);
        }
    }

    @Test
    void shouldNotTakeItsOwnPauseForSilenceOfTheOtherSide() throws IOException {
        try (PublicServer server = PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router);
                Socket socket = connected(server.port())) {
            // when: this side stands still for longer than a silence may last
            long until = System.nanoTime() + PAUSE_NANOS;
            loop.join().runOnContext(nothing -> Eventually.check(() -> System.nanoTime() - until > 0, "it goes on"));

            // then: who answers is kept
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int answered = 0; answered < 8; answered++) {
                assertThat(in.readUnsignedByte()).isEqualTo(PING);
                assertThat(in.readUnsignedByte()).isZero();
                socket.getOutputStream().write(PONG);
            }
        }
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        OutputStream out = socket.getOutputStream();
        out.write(("GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
        return socket;
    }
}
