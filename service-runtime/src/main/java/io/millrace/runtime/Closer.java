package io.millrace.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, the last first. A failure is logged and the rest is closed all the same. Thread-safe; closing
 * again does nothing.
 */
public final class Closer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private record Part(String name, AutoCloseable closeable) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    /** Adds a part and returns it. */
    public synchronized <T extends AutoCloseable> T add(String name, T closeable) {
        parts.push(new Part(name, closeable));
        return closeable;
    }

    @Override
    public void close() {
        for (Part part = next(); part != null; part = next()) {
            close(part);
        }
    }

    private synchronized @Nullable Part next() {
        return parts.poll();
    }

    private static void close(Part part) {
        try {
            part.closeable().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.atWarn().addKeyValue("part", part.name()).log("interrupted while closing");
        } catch (Exception e) {
            LOG.atWarn().addKeyValue("part", part.name()).setCause(e).log("could not be closed");
        }
    }
}
