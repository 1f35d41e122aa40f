package io.millrace.worker.inference;

import io.millrace.schemas.v1.InferenceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A backend that can be unloaded between two runs, and is loaded again by the next request. Thread-safe. */
public final class OnDemandBackend implements InferenceBackend {
    /**
     * When ONNX Runtime starts, it matches the process's command line with std::regex, whose recursion takes about 100 bytes of
     * stack for each character: a class path of 12,000 characters overflows the usual 1 MiB and ends the process without a word.
     */
    private static final long LOADER_STACK = 64L << 20;

    private final Loader loader;
    private final WorkerMeters meters;
    /** Read by who uses the backend, written by who loads or unloads it. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private @Nullable InferenceBackend loaded;
    private volatile long lastUsedNanos = System.nanoTime();

    /** Loads the backend. */
    @FunctionalInterface
    public interface Loader {
        /** Blocks. */
        InferenceBackend load() throws IOException;
    }

    /** With nothing loaded. */
    public OnDemandBackend(Loader loader, WorkerMeters meters) {
        this.loader = loader;
        this.meters = meters;
    }

    /** Loads it, if it is not. Blocks. */
    public void load() throws IOException {
        lock.writeLock().lock();
        try {
            if (loaded == null) {
                long start = System.nanoTime();
                loaded = loadOnItsOwnStack();
                meters.loaded(Duration.ofNanos(System.nanoTime() - start));
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private InferenceBackend loadOnItsOwnStack() throws IOException {
        CompletableFuture<InferenceBackend> loading = new CompletableFuture<>();
        Thread.ofPlatform().name("load-model").stackSize(LOADER_STACK).start(() -> {
            try {
                loading.complete(loader.load());
            } catch (IOException | RuntimeException | Error e) {
                loading.completeExceptionally(e);
            }
        });
        try {
            return loading.get();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException(cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the model was loading", e);
        }
    }

    /** Gives its memory back, after the runs that are under way. Blocks. */
    public void unload() {
        lock.writeLock().lock();
        try {
            if (loaded != null) {
                loaded.close();
                loaded = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Whether it takes memory. */
    public boolean isLoaded() {
        lock.readLock().lock();
        try {
            return loaded != null;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** When it was asked for something last, by {@link System#nanoTime}. */
    public long lastUsedNanos() {
        return lastUsedNanos;
    }

    @Override
    public Preparation prepare(InferenceRequest request) {
        try {
            return begin().prepare(request);
        } catch (IOException e) {
            throw new IllegalStateException("the model cannot be loaded: " + e.getMessage(), e);
        } finally {
            end();
        }
    }

    @Override
    public List<float[]> run(List<ModelInput> batch) throws BackendException {
        try {
            return begin().run(batch);
        } catch (IOException e) {
            throw new IllegalStateException("the model cannot be loaded: " + e.getMessage(), e);
        } finally {
            end();
        }
    }

    /** The loaded backend, which nobody unloads before {@link #end}. */
    private InferenceBackend begin() throws IOException {
        lock.readLock().lock();
        lastUsedNanos = System.nanoTime();
        while (loaded == null) {
            lock.readLock().unlock();
            try {
                load();
            } finally {
                lock.readLock().lock();
            }
        }
        return loaded;
    }

    private void end() {
        lastUsedNanos = System.nanoTime();
        lock.readLock().unlock();
    }

    @Override
    public void close() {
        unload();
    }
}
