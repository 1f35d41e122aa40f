package io.millrace.worker.backend;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a text that runs alone have all threads, where batches that run side by side have one each: more throughput for jobs, and
 * still a short way for a call on an idle worker. The second encoder costs the model's memory once more, and is loaded in the
 * background when there was a first text for it. Thread-safe.
 */
public final class LoneEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoneEncoder.class);

    private final Optional<Loader> loader;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean asked = new AtomicBoolean();
    private @Nullable OnnxEncoder loaded;
    private boolean closed;

    /** Loads the encoder that has all threads. */
    @FunctionalInterface
    public interface Loader {
        /** Blocks. */
        OnnxEncoder load() throws IOException;
    }

    LoneEncoder(Optional<Loader> loader) {
        this.loader = loader;
    }

    /** A run begins: which encoder it takes. */
    OnnxEncoder begin(OnnxEncoder usual, int texts) {
        if (running.incrementAndGet() > 1 || texts > 1 || loader.isEmpty()) {
            return usual;
        }
        if (asked.compareAndSet(false, true)) {
            Thread.ofPlatform().name("load-lone-encoder").daemon().start(() -> load(loader.get()));
        }
        OnnxEncoder lone = loaded();
        return lone == null ? usual : lone;
    }

    /** A run has ended. */
    void end() {
        running.decrementAndGet();
    }

    private synchronized @Nullable OnnxEncoder loaded() {
        return loaded;
    }

    private void load(Loader all) {
        try {
            keep(all.load());
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).log("no encoder for single texts; they run like batches");
        }
    }

    private synchronized void keep(OnnxEncoder encoder) {
        if (closed) {
            encoder.close();
        } else {
            loaded = encoder;
        }
    }

    /** After the last run. */
    @Override
    public synchronized void close() {
        closed = true;
        if (loaded != null) {
            loaded.close();
        }
    }
}
