package io.millrace.worker.lane;

import io.millrace.worker.core.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread with one share consumer; after an error it goes on with a new one. */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final SlotOptions options;
    private final String name;
    private final Consumer<List<Delivery>> intake;
    private final DeadLetterSink deadLetters;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable SlotSession session;

    Slot(SlotOptions options, int number, Consumer<List<Delivery>> intake, DeadLetterSink deadLetters) {
        this.options = options;
        this.name = "worker-" + options.model() + "-" + options.lane().suffix() + "-" + number;
        this.intake = intake;
        this.deadLetters = deadLetters;
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Stops polling; returns at once. */
    synchronized void stop() {
        stopped.countDown();
        if (session != null) {
            session.stop();
        }
    }

    /** Waits for the end after a stop. */
    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            do {
                if (options.canRun().getAsBoolean()) {
                    serve();
                }
            } while (!stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One session, from its consumer's birth to a stop or an error. What was open at an error comes again. */
    private void serve() throws InterruptedException {
        try (SlotSession current = new SlotSession(options, options.open(name), intake, deadLetters)) {
            if (begin(current)) {
                current.run();
            }
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("lane", options.topic())
                    .setCause(e)
                    .log("reading the lane failed; it starts again");
        } finally {
            end();
        }
    }

    private synchronized boolean begin(SlotSession current) {
        session = current;
        return stopped.getCount() > 0;
    }

    private synchronized void end() {
        session = null;
    }
}
