package io.millrace.worker.inference;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.worker.core.BatchDecision;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.core.Batcher;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.core.QueuedItem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model's batches: some threads, each with one batch at a time. When a batch fails, each of its inputs is run alone
 * once, so that only the one at fault fails; when it was too large for the device's memory, its halves are run, and batches
 * become smaller. Thread-safe.
 */
public final class ModelRunner implements RequestRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRunner.class);

    private final InferenceBackend backend;
    private final InstantSource clock;
    private final WorkerMeters meters;
    private final Batcher<RequestRun.Input> batcher;
    private final int room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Thread> threads;
    private boolean closed;

    private ModelRunner(
            String model,
            InferenceBackend backend,
            BatchLimits limits,
            double jobShare,
            int parallel,
            InstantSource clock,
            WorkerMeters meters) {
        this.backend = backend;
        this.clock = clock;
        this.meters = meters;
        this.batcher = new Batcher<>(limits, jobShare);
        this.room = limits.items();
        this.threads = IntStream.range(0, parallel)
                .mapToObj(n ->
                        Thread.ofPlatform().name("inference-" + model + "-" + n).unstarted(this::runBatches))
                .toList();
    }

    /**
     * Starts its threads; closes the backend when it is closed.
     *
     * @param jobShare of the runs that a lane gets at least while it waits
     * @param parallel how many batches run at a time
     */
    public static ModelRunner start(
            String model,
            InferenceBackend backend,
            BatchLimits limits,
            double jobShare,
            int parallel,
            InstantSource clock,
            WorkerMeters meters) {
        ModelRunner runner = new ModelRunner(model, backend, limits, jobShare, parallel, clock, meters);
        runner.threads.forEach(Thread::start);
        return runner;
    }

    @Override
    public Optional<String> reasonNotReady() {
        return threads.stream().allMatch(Thread::isAlive)
                ? Optional.empty()
                : Optional.of("an inference thread has ended");
    }

    @Override
    public void expect(Lane lane) {
        change(() -> batcher.expect(lane, 1));
    }

    @Override
    public void arrived(Lane lane) {
        change(() -> batcher.arrived(lane));
    }

    /** Prepares it on this thread, and queues all its inputs. */
    @Override
    public void submit(RequestAttempt attempt) {
        switch (backend.prepare(attempt.request())) {
            case Preparation.Ready ready -> queue(attempt.lane(), new RequestRun(attempt, ready));
            case Preparation.Refused refused -> attempt.end(new Outcome.Failed(refused.code(), refused.message()));
        }
    }

    /** From now on batches are half as large. */
    public void lowerBatches() {
        change(batcher::lower);
    }

    /** How many inputs a batch may have now. */
    public int largestBatch() {
        lock.lock();
        try {
            return batcher.largestBatch();
        } finally {
            lock.unlock();
        }
    }

    private void queue(Lane lane, RequestRun run) {
        long now = System.nanoTime();
        change(() -> run.inputs()
                .map(input -> new QueuedItem<>(input, lane, input.content().length(), run.bytesOfEach(), now))
                .forEach(batcher::add));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void runBatches() {
        try {
            for (List<QueuedItem<RequestRun.Input>> taken = take(); !taken.isEmpty(); taken = take()) {
                runSafely(taken);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next batch; empty when closed. */
    private List<QueuedItem<RequestRun.Input>> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                switch (batcher.next(System.nanoTime())) {
                    case BatchDecision.Run<RequestRun.Input> run -> {
                        return run.batch();
                    }
                    case BatchDecision.WaitUntil<RequestRun.Input> wait ->
                        changed.awaitNanos(wait.nanos() - System.nanoTime());
                    case BatchDecision.Idle<RequestRun.Input> idle -> changed.await();
                }
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Whatever happens, every request of the batch is settled and the thread goes on: nobody else would notice. */
    private void runSafely(List<QueuedItem<RequestRun.Input>> taken) {
        try {
            runBatch(taken);
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("inputs", taken.size())
                    .setCause(e)
                    .log("a batch came to nothing; its requests are released");
            taken.forEach(item -> item.item().run().attempt().end(new Outcome.Abandoned()));
        }
    }

    private void runBatch(List<QueuedItem<RequestRun.Input>> taken) {
        long now = System.nanoTime();
        for (QueuedItem<RequestRun.Input> item : taken) {
            meters.waited(item.lane(), Duration.ofNanos(now - item.arrivedNanos()));
            RequestAttempt attempt = item.item().run().attempt();
            if (attempt.isLate(clock)) {
                attempt.end(new Outcome.Expired());
            }
        }
        List<RequestRun.Input> wanted = taken.stream()
                .map(QueuedItem::item)
                .filter(input -> !input.run().attempt().ended())
                .toList();
        if (!wanted.isEmpty() && !run(wanted)) {
            change(() -> batcher.lower(taken));
            LOG.atWarn().addKeyValue("inputs", wanted.size()).log("no memory for a batch: batches become smaller");
        }
    }

    /** Returns false if the device had no memory for so many at a time. */
    private boolean run(List<RequestRun.Input> inputs) {
        List<ModelInput> batch = inputs.stream().map(RequestRun.Input::content).toList();
        List<float[]> outputs;
        try {
            long start = System.nanoTime();
            outputs = backend.run(batch);
            meters.ran(
                    inputs.getFirst().run().attempt().lane(), batch, room, Duration.ofNanos(System.nanoTime() - start));
        } catch (BackendException e) {
            afterFailure(inputs, e);
            return !e.outOfMemory();
        }
        for (int i = 0; i < inputs.size(); i++) {
            inputs.get(i).complete(outputs.get(i));
        }
        return true;
    }

    private void afterFailure(List<RequestRun.Input> inputs, BackendException failure) {
        if (inputs.size() > 1 && failure.outOfMemory()) {
            int half = inputs.size() / 2;
            run(inputs.subList(0, half));
            run(inputs.subList(half, inputs.size()));
            return;
        }
        if (inputs.size() > 1) {
            LOG.atWarn()
                    .addKeyValue("inputs", inputs.size())
                    .setCause(failure)
                    .log("a batch failed; each input runs alone");
            inputs.forEach(input -> run(List.of(input)));
            return;
        }
        RequestAttempt attempt = inputs.getFirst().run().attempt();
        LOG.atWarn()
                .addKeyValue("request", attempt.request().getRequestId())
                .setCause(failure)
                .log("the model failed on this request");
        attempt.end(new Outcome.Failed(ErrorCode.MODEL_FAILED, "the model failed on this input"));
    }

    @Override
    public void close() {
        change(() -> closed = true);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            backend.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
