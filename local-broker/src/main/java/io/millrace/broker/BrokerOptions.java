package io.millrace.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a managed broker shall be.
 *
 * @param dataFolder where everything of it lives; made when it is not there
 * @param host the address on which it listens and under which it is known
 * @param port its port, or 0: the one it had before, or a free one
 * @param logFile where it logs; empty: {@code broker.log} in the data folder
 * @param properties broker properties that go over those of {@link BrokerProfile}
 * @param heapMiB the size of its heap
 * @param startTimeout how long it may take until it answers
 */
public record BrokerOptions(
        Path dataFolder,
        String host,
        int port,
        Optional<Path> logFile,
        Map<String, String> properties,
        int heapMiB,
        Duration startTimeout) {
    private static final int DEFAULT_HEAP_MIB = 512;
    private static final int LEAST_HEAP_MIB = 128;
    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

    /** Checks the bounds. */
    public BrokerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
        }
        if (heapMiB < LEAST_HEAP_MIB) {
            throw new IllegalArgumentException("heap must be at least " + LEAST_HEAP_MIB + " MiB, not " + heapMiB);
        }
        properties = Map.copyOf(properties);
    }

    /** A broker on loopback whose data lies in this folder, with everything else as it comes. */
    public static BrokerOptions in(Path dataFolder) {
        return new BrokerOptions(
                dataFolder, "127.0.0.1", 0, Optional.empty(), Map.of(), DEFAULT_HEAP_MIB, DEFAULT_START_TIMEOUT);
    }

    /** The same with this port. */
    public BrokerOptions withPort(int newPort) {
        return new BrokerOptions(dataFolder, host, newPort, logFile, properties, heapMiB, startTimeout);
    }

    /** The same with this log file. */
    public BrokerOptions withLogFile(Path newLogFile) {
        return new BrokerOptions(dataFolder, host, port, Optional.of(newLogFile), properties, heapMiB, startTimeout);
    }

    /** The same with these broker properties over the profile's. */
    public BrokerOptions withProperties(Map<String, String> newProperties) {
        return new BrokerOptions(dataFolder, host, port, logFile, newProperties, heapMiB, startTimeout);
    }

    /** The same with this heap. */
    public BrokerOptions withHeapMiB(int newHeapMiB) {
        return new BrokerOptions(dataFolder, host, port, logFile, properties, newHeapMiB, startTimeout);
    }

    /** The same with this bound for a start. */
    public BrokerOptions withStartTimeout(Duration newStartTimeout) {
        return new BrokerOptions(dataFolder, host, port, logFile, properties, heapMiB, newStartTimeout);
    }
}
