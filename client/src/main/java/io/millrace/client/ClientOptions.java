package io.millrace.client;

import java.net.URI;
import java.time.Duration;

/**
 * How the client behaves.
 *
 * @param server base address, for example {@code http://127.0.0.1:8080}
 * @param pieceSize most bytes in one upload request; after each the server tells what it keeps
 * @param silence a connection on which nothing moves for this long counts as dead; longer than the server's pings
 * @param firstDelay upper bound of the first pause after a failure; it doubles with every further one
 * @param longestDelay upper bound of every pause
 * @param patience how long to go on without any progress before giving up
 */
public record ClientOptions(
        URI server, int pieceSize, Duration silence, Duration firstDelay, Duration longestDelay, Duration patience) {

    /** Checks the address and the piece size. */
    public ClientOptions {
        String scheme = server.getScheme();
        if (server.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("'" + server + "' is no address; write http://host:port");
        }
        if (pieceSize < 1) {
            throw new IllegalArgumentException("pieceSize is " + pieceSize + "; it must be positive");
        }
    }

    /** The options for a server, with everything else as it suits a link that comes and goes. */
    public static ClientOptions of(URI server) {
        return new ClientOptions(
                server,
                4 << 20,
                Duration.ofSeconds(30),
                Duration.ofMillis(250),
                Duration.ofSeconds(10),
                Duration.ofMinutes(15));
    }

    /** The same with another patience. */
    public ClientOptions withPatience(Duration newPatience) {
        return new ClientOptions(server, pieceSize, silence, firstDelay, longestDelay, newPatience);
    }

    /** The same with another piece size. */
    public ClientOptions withPieceSize(int newPieceSize) {
        return new ClientOptions(server, newPieceSize, silence, firstDelay, longestDelay, patience);
    }

    /** The address of a path of the interface on this server. */
    URI at(String path) {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
}
