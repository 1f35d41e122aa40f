package io.millrace.testing.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlakyLinkIT {
    private final AtomicLong received = new AtomicLong();
    private final ServerSocket echo;
    private final FlakyLink link;

    FlakyLinkIT() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        link = FlakyLink.to(echo.getLocalPort());
    }

    @BeforeEach
    void startEcho() {
        Thread.ofVirtual().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket client = echo.accept();
                    Thread.ofVirtual().start(() -> echo(client));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void shouldCarryBytesBothWaysAndCountThem() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(100_000);
        }
        assertThat(link.bytes(Direction.UP)).isEqualTo(100_000);
        assertThat(link.bytes(Direction.DOWN)).isEqualTo(100_000);
        assertThat(link.connections()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheNextServerWhereOneRefuses() throws IOException {
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gone.close();
        try (FlakyLink both = FlakyLink.toAny(List.of(gone.getLocalPort(), echo.getLocalPort()))) {
            for (int connection = 0; connection < 4; connection++) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), both.port())) {
                    exchange(client);
                }
            }
        }
    }

    @Test
    void shouldCutWhenToldAndCarryTheNextConnection() throws IOException {
        try (Socket client = connect();
                Socket next = connect()) {
            // given
            exchange(client);
            exchange(next);

            // when
            link.cutAll();

            // then
            assertThatThrownBy(() -> exchange(client)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> exchange(next)).isInstanceOf(IOException.class);
        }
        try (Socket client = connect()) {
            exchange(client);
        }
    }

    @Test
    void shouldCutAfterExactlySoManyBytes() throws IOException {
        link.cutAfterBytes(Direction.UP, 70_001);
        try (Socket client = connect()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            client.getOutputStream().write(new byte[10_000]);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        Eventually.check(() -> received.get() == 70_001, "the server has what passed");
        assertThat(link.bytes(Direction.UP)).isEqualTo(70_001);
        try (Socket client = connect()) {
            exchange(client);
        }
    }

    @Test
    void shouldStallAndGoOn() throws IOException {
        try (Socket client = connect()) {
            // given
            exchange(client);

            // when
            link.stall();
            client.getOutputStream().write(7);
            client.setSoTimeout(200);

            // then
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            link.resume();
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void shouldKeepToItsRate() throws IOException {
        link.limit(Direction.UP, 200_000);
        long start = System.nanoTime();
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(100_000);
        }
        assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(42);
        if (client.getInputStream().read() != 42) {
            throw new IOException("the connection has ended");
        }
    }

    private void echo(Socket client) {
        try (client) {
            byte[] buffer = new byte[4096];
            int read = client.getInputStream().read(buffer);
            while (read >= 0) {
                received.addAndGet(read);
                client.getOutputStream().write(buffer, 0, read);
                read = client.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // The link was cut, as the test wants it.
        }
    }
}
