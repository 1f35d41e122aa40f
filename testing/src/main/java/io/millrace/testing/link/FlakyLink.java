package io.millrace.testing.link;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on 127.0.0.1 that breaks when it is told to. A cut resets the client's side and ends the server's side, so
 * that the server can still read what the link has counted as passed. Methods may be called from any thread.
 */
public final class FlakyLink implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int BUFFER = 16 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    private final List<InetSocketAddress> servers;
    private final ServerSocket listener;
    private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> cutOff = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();

    private FlakyLink(List<InetSocketAddress> servers) throws IOException {
        this.servers = List.copyOf(servers);
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        for (Direction direction : Direction.values()) {
            lanes.put(direction, new Lane());
        }
    }

    /** Opens a link to a server on this host. */
    public static FlakyLink to(int serverPort) {
        return toAny(List.of(serverPort));
    }

    /**
     * Opens a link to several servers on this host that are all the same to its clients, like a name with several addresses:
     * connections go to them in turns, and to the next one where one refuses.
     */
    public static FlakyLink toAny(List<Integer> serverPorts) {
        try {
            FlakyLink link = new FlakyLink(serverPorts.stream()
                    .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .toList());
            Thread.ofVirtual().name("flaky-link").start(link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException("no link", e);
        }
    }

    /** The port to which clients connect instead of the server's. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Cuts every connection now. New ones may come at once. */
    public void cutAll() {
        open.forEach(Connection::cut);
    }

    /** Cuts every connection when this many more bytes have passed in this direction, and none beyond; once. */
    public void cutAfterBytes(Direction direction, long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a cut comes after at least 1 byte, not " + bytes);
        }
        lane(direction).cutAfter(bytes);
    }

    /** Lets nothing pass in either direction; connections stay, and new ones are accepted and stalled too. */
    public void stall() {
        lanes.values().forEach(lane -> lane.stall(true));
    }

    /** Ends a stall. */
    public void resume() {
        lanes.values().forEach(lane -> lane.stall(false));
    }

    /** Lets at most this many bytes per second pass in this direction, over all connections. */
    public void limit(Direction direction, long bytesPerSecond) {
        lane(direction).limit(bytesPerSecond);
    }

    /** How many bytes have passed in this direction. */
    public long bytes(Direction direction) {
        return lane(direction).passed();
    }

    /** How many connections clients have made so far. */
    public long connections() {
        return accepted.get();
    }

    /** Cuts everything and listens no more. */
    @Override
    public void close() {
        close(listener);
        resume();
        cutAll();
        cutOff.forEach(FlakyLink::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                long number = accepted.getAndIncrement();
                Thread.ofVirtual().start(() -> connect(client, number));
            } catch (IOException e) {
                // The link was closed, which the loop's condition sees, or one client went away again.
            }
        }
    }

    private void connect(Socket client, long number) {
        Socket upstream;
        try {
            client.setTcpNoDelay(true);
            upstream = reach(number);
        } catch (IOException e) {
            close(client);
            return;
        }
        Connection connection = new Connection(client, upstream);
        open.add(connection);
        Thread.ofVirtual().start(() -> pump(connection, client, upstream, lane(Direction.UP)));
        Thread.ofVirtual().start(() -> {
            pump(connection, upstream, client, lane(Direction.DOWN));
            connection.drain();
        });
        if (listener.isClosed()) {
            connection.cut();
        }
    }

    /** A connection to the server whose turn it is, or to the next one that takes it. */
    private Socket reach(long number) throws IOException {
        IOException last = new IOException("no server");
        for (int attempt = 0; attempt < servers.size(); attempt++) {
            Socket upstream = new Socket();
            try {
                upstream.setTcpNoDelay(true);
                upstream.connect(servers.get((int) ((number + attempt) % servers.size())), CONNECT_TIMEOUT_MS);
                return upstream;
            } catch (IOException e) {
                close(upstream);
                last = e;
            }
        }
        throw last;
    }

    private void pump(Connection connection, Socket from, Socket to, Lane lane) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0) {
                int admitted = lane.admit(read);
                lane.pace(admitted);
                out.write(buffer, 0, admitted);
                if (lane.cutIsDue()) {
                    cutAll();
                    return;
                }
                read = in.read(buffer);
            }
            to.shutdownOutput();
            connection.ended();
        } catch (IOException e) {
            connection.cut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connection.cut();
        }
    }

    private Lane lane(Direction direction) {
        Lane lane = lanes.get(direction);
        if (lane == null) {
            throw new IllegalStateException("every direction has its lane");
        }
        return lane;
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket does not close", e);
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        private final AtomicLong ends = new AtomicLong();

        private Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        /** One side has no more to say; after both, the connection is over. */
        private void ended() {
            if (ends.incrementAndGet() == Direction.values().length) {
                open.remove(this);
                close(upstream);
                close(client);
            }
        }

        private void cut() {
            if (!open.remove(this)) {
                return;
            }
            try {
                client.setSoLinger(true, 0);
                close(client);
                upstream.shutdownOutput();
            } catch (IOException e) {
                // One side has closed it already.
                close(client);
                close(upstream);
            }
        }

        /**
         * Reads what the server still sends into a cut connection. If it were closed with unread bytes, the system would
         * reset the server's side and drop what the server has not read yet.
         */
        private void drain() {
            if (open.contains(this)) {
                return;
            }
            cutOff.add(upstream);
            try {
                upstream.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // It has nothing more to read.
            } finally {
                cutOff.remove(upstream);
                close(upstream);
            }
        }
    }
}
