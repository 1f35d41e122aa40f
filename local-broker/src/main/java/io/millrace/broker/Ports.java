package io.millrace.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports. They lie below the range from which systems take the local ports of outgoing connections, because a process
 * that starts, or comes back after it was killed, must find its port free.
 */
public final class Ports {
    private static final int LOWEST = 20_000;
    private static final int BOUND = 32_000;
    private static final int ATTEMPTS = 1_000;

    private Ports() {}

    /** A port of the host that is free now and not among the taken ones. */
    public static int free(String host, Set<Integer> taken) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
            if (!taken.contains(port) && isFree(host, port)) {
                return port;
            }
        }
        throw new BrokerException("no free port found on " + host + " from " + LOWEST + " to " + (BOUND - 1), null);
    }

    static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
