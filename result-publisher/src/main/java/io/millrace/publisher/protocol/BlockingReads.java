package io.millrace.publisher.protocol;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs reads that block on virtual threads, a bounded number at once, and brings what comes of them back. Thread-safe. */
public final class BlockingReads implements AutoCloseable {
    private final ExecutorService threads;
    private final Semaphore running;
    private final AtomicInteger accepted = new AtomicInteger();
    private final int maxAccepted;

    /**
     * Room for some reads.
     *
     * @param running how many run at once
     * @param waiting how many more may wait; beyond that they are refused as {@link ErrorCode#OVERLOADED}
     */
    public BlockingReads(String name, int running, int waiting) {
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(name + "-", 0).factory());
        this.running = new Semaphore(running);
        this.maxAccepted = running + waiting;
    }

    /** Runs the read; the future completes on the given context. */
    public <T> Future<T> run(Context context, Callable<T> read) {
        Promise<T> promise = Promise.promise();
        if (accepted.incrementAndGet() > maxAccepted) {
            accepted.decrementAndGet();
            return Future.failedFuture(
                    new MillraceException(ErrorCode.OVERLOADED, "too many reads wait already; try again"));
        }
        try {
            threads.execute(() -> complete(context, read, promise));
        } catch (RejectedExecutionException e) {
            accepted.decrementAndGet();
            return Future.failedFuture(new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping", e));
        }
        return promise.future();
    }

    private <T> void complete(Context context, Callable<T> read, Promise<T> promise) {
        try {
            running.acquire();
            try {
                T value = read.call();
                context.runOnContext(nothing -> promise.complete(value));
            } finally {
                running.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.runOnContext(nothing -> promise.fail(e));
        } catch (Exception e) {
            context.runOnContext(nothing -> promise.fail(e));
        } finally {
            accepted.decrementAndGet();
        }
    }

    /** Interrupts what still runs. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
