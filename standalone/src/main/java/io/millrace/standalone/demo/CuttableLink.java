package io.millrace.standalone.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thin link: passes bytes on between clients and one server on this machine, slowly, and breaks when told to. What had
 * passed before a cut reaches the server; what was on its way in the client's buffers is lost, as it is in a tunnel.
 */
final class CuttableLink implements AutoCloseable {
    /** Small, so that little is on its way at a cut. */
    private static final int BUFFER = 16 << 10;

    private final ServerSocket door;
    private final int serverPort;
    private final long nanosPerByte;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Passageway> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong upAtCut = new AtomicLong();

    private record Passageway(Socket client, Socket server) {}

    private CuttableLink(ServerSocket door, int serverPort, long bytesPerSecond) {
        this.door = door;
        this.serverPort = serverPort;
        this.nanosPerByte = Math.max(1, 1_000_000_000L / bytesPerSecond);
    }

    /** Opens a link to a server on this machine. */
    static CuttableLink to(int serverPort, long bytesPerSecond) throws IOException {
        ServerSocket door = new ServerSocket();
        door.setReceiveBufferSize(BUFFER);
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        CuttableLink link = new CuttableLink(door, serverPort, bytesPerSecond);
        link.threads.execute(link::accept);
        return link;
    }

    /** The client's side. */
    int port() {
        return door.getLocalPort();
    }

    /** Breaks once, when so many bytes have passed towards the server. */
    void cutAfter(long bytes) {
        cutAt.set(bytes);
    }

    /** Bytes that had passed towards the server when it broke by itself. */
    long upAtCut() {
        return upAtCut.get();
    }

    /** Breaks everything that is open now; new connections pass. */
    void cut() {
        for (Passageway passageway : open) {
            try {
                passageway.client().setSoLinger(true, 0);
                passageway.client().close();
                passageway.server().shutdownOutput();
            } catch (IOException e) {
                // It was broken already, which is what was wanted.
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        threads.shutdownNow();
        threads.close();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Passageway passageway = new Passageway(client, server);
                open.add(passageway);
                threads.execute(() -> pump(passageway, client, server, true));
                threads.execute(() -> pump(passageway, server, client, false));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void pump(Passageway passageway, Socket from, Socket to, boolean upwards) {
        byte[] buffer = new byte[BUFFER];
        try (from) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int count = in.read(buffer);
            while (count >= 0) {
                out.write(buffer, 0, count);
                if (upwards) {
                    passed(count);
                }
                count = in.read(buffer);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            open.remove(passageway);
        } finally {
            open.remove(passageway);
        }
    }

    private void passed(int count) {
        long total = up.addAndGet(count);
        long wanted = cutAt.get();
        if (total >= wanted && cutAt.compareAndSet(wanted, Long.MAX_VALUE)) {
            upAtCut.set(total);
            cut();
        }
        LockSupport.parkNanos(count * nanosPerByte);
    }
}
