package io.millrace.worker.openai;

import io.millrace.runtime.config.ModelSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.worker.core.LaneQueue;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.core.QueuedItem;
import io.millrace.worker.core.RetryPolicy;
import io.millrace.worker.core.ServerPool;
import io.millrace.worker.core.ServerPool.Ending;
import io.millrace.worker.core.ServerPool.Server;
import io.millrace.worker.inference.DeltaSink;
import io.millrace.worker.inference.RequestAttempt;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.WorkerMeters;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs requests one by one at the servers of a model: a request that ends makes room for the next at once. Each has a thread of
 * its own while it runs; one timer tells them all the time. Thread-safe.
 */
public final class OpenAiRunner implements RequestRunner {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiRunner.class);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final Duration GATHER = Duration.ofMillis(30);
    private static final Duration GATHER_LONGEST = Duration.ofMillis(250);
    /** So many streams at a time make the pieces larger by one {@link #GATHER}. */
    private static final int STREAMS_PER_GATHER = 32;

    private final ModelSettings model;
    private final RetryPolicy retries;
    private final ServerClient client;
    private final DeltaSink deltas;
    private final InstantSource clock;
    private final WorkerMeters meters;
    private final ServerPool<URI> pool;
    private final LaneQueue<RunningRequest> queue;
    private final Map<Exchange, RunningRequest> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer;
    private final Thread probe;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private boolean closed;

    private OpenAiRunner(
            ModelSettings model, Options options, DeltaSink deltas, InstantSource clock, WorkerMeters meters) {
        this.model = model;
        this.retries = options.retries();
        this.client = new ServerClient(model.openai(), options.apiKey(), options.maxAnswer());
        this.deltas = deltas;
        this.clock = clock;
        this.meters = meters;
        this.pool = new ServerPool<>(
                model.openai().urls().stream().map(OpenAiRunner::base).toList(),
                model.openai().concurrency());
        this.queue = new LaneQueue<>(options.jobShare());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("openai-" + model.name()).daemon().factory());
        this.probe = Thread.ofVirtual().name("openai-probe-" + model.name()).unstarted(this::probe);
    }

    /**
     * What does not stand in the model's settings.
     *
     * @param apiKey empty for none
     * @param retries when a failed try is repeated
     * @param jobShare of the turns that a lane gets at least while it waits
     * @param maxAnswer bytes of the longest answer
     */
    public record Options(String apiKey, RetryPolicy retries, double jobShare, long maxAnswer) {}

    /** Starts it; servers that do not answer are asked again and again. */
    public static OpenAiRunner start(
            ModelSettings model, Options options, DeltaSink deltas, InstantSource clock, WorkerMeters meters) {
        OpenAiRunner runner = new OpenAiRunner(model, options, deltas, clock, meters);
        ScheduledFuture<?> unused = runner.timer.scheduleWithFixedDelay(
                runner::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        runner.probe.start();
        runner.pool.servers().forEach(server -> meters.server(server.address().toString(), () -> runner.limit(server)));
        return runner;
    }

    private synchronized int limit(Server<URI> server) {
        return server.limit();
    }

    private static URI base(String url) {
        return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /** Nothing is gained by waiting for others. */
    @Override
    public void expect(Lane lane) {
        // One by one.
    }

    @Override
    public void arrived(Lane lane) {
        // One by one.
    }

    @Override
    public void submit(RequestAttempt attempt) {
        String name =
                model.openai().model().isEmpty() ? model.name() : model.openai().model();
        try {
            ServerRequest request = ServerRequest.of(attempt.request(), name, model.endpoints());
            enqueue(new RunningRequest(attempt, request, deltas));
        } catch (MillraceException e) {
            attempt.end(new Outcome.Failed(e.code(), e.getMessage()));
        }
    }

    @Override
    public synchronized Optional<String> reasonNotReady() {
        return pool.anyHealthy() ? Optional.empty() : Optional.of("no model server answers as it should");
    }

    private synchronized void enqueue(RunningRequest request) {
        queue.add(request.attempt().lane(), request, System.nanoTime());
        dispatch();
    }

    /** Starts what can start. */
    private synchronized void dispatch() {
        while (!closed && !queue.isEmpty()) {
            long now = System.nanoTime();
            Optional<Server<URI>> server = pool.take(now);
            if (server.isEmpty()) {
                return;
            }
            Optional<QueuedItem<RunningRequest>> next = takeOpen(now);
            if (next.isEmpty()) {
                pool.ended(server.get(), new Ending.Withdrawn(), now);
                return;
            }
            start(next.get().item(), server.get());
        }
    }

    private Optional<QueuedItem<RunningRequest>> takeOpen(long now) {
        Optional<QueuedItem<RunningRequest>> next = queue.take(now);
        while (next.isPresent() && next.get().item().attempt().ended()) {
            next = queue.take(now);
        }
        next.ifPresent(item -> meters.waited(item.lane(), Duration.ofNanos(now - item.arrivedNanos())));
        return next;
    }

    private void start(RunningRequest request, Server<URI> server) {
        Exchange exchange = client.exchange(server.address(), request.request(), request::add);
        Duration gather = GATHER.multipliedBy(1 + running.size() / STREAMS_PER_GATHER);
        request.begin(gather.compareTo(GATHER_LONGEST) < 0 ? gather : GATHER_LONGEST);
        running.put(exchange, request);
        Thread.ofVirtual()
                .name("openai-" + request.attempt().request().getRequestId())
                .start(() -> run(request, exchange, server));
    }

    /** Whatever happens, the server gets its place back and the attempt an end: nobody else would notice. */
    private void run(RunningRequest request, Exchange exchange, Server<URI> server) {
        Reply reply = new Reply.Withdrawn();
        try {
            reply = request.attempt().begin(exchange::stop) ? exchange.run() : new Reply.Withdrawn();
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .addKeyValue("request", request.attempt().request().getRequestId())
                    .setCause(e)
                    .log("a request came to nothing; it is released");
            request.attempt().end(new Outcome.Abandoned());
        } finally {
            request.attempt().pause();
            request.flush();
            running.remove(exchange);
            giveBack(server, reply.ending(exchange.tookNanos()));
            settle(request, reply, exchange);
        }
    }

    private synchronized void giveBack(Server<URI> server, Ending ending) {
        pool.ended(server, ending, System.nanoTime());
        dispatch();
    }

    private void settle(RunningRequest request, Reply reply, Exchange exchange) {
        RequestAttempt attempt = request.attempt();
        switch (reply) {
            case Reply.Answered answered -> {
                meters.answered(attempt.lane(), answered.tokens(), Duration.ofNanos(exchange.tookNanos()));
                attempt.end(new Outcome.Succeeded(answered.body(), Optional.empty()));
            }
            case Reply.Rejected rejected -> attempt.end(new Outcome.Failed(rejected.code(), rejected.message()));
            case Reply.Refused refused -> {
                meters.retried(refused.cause().name());
                // A job waits until its server is back; someone who waits for a call is told.
                request.failed(isImpatient(attempt));
                retry(request, refused.message(), refused.retryAfter(), ErrorCode.OVERLOADED);
            }
            case Reply.Broken broken -> {
                meters.retried(broken.cause().name());
                request.failed(true);
                retry(request, broken.message(), Duration.ZERO, ErrorCode.ATTEMPTS_EXHAUSTED);
            }
            case Reply.Withdrawn withdrawn -> attempt.end(new Outcome.GivenBack());
        }
    }

    private static boolean isImpatient(RequestAttempt attempt) {
        return attempt.request().getStream().getKind() == StreamKind.STREAM_KIND_CALL
                || attempt.request().getDeadlineMs() == 0;
    }

    private void retry(RunningRequest request, String why, Duration retryAfter, ErrorCode otherwise) {
        RequestAttempt attempt = request.attempt();
        Optional<Duration> wait = retries.next(
                request.counted(), request.failures(), retryAfter, attempt.left(clock), ThreadLocalRandom.current());
        if (wait.isEmpty()) {
            attempt.end(new Outcome.Failed(otherwise, why));
            return;
        }
        LOG.atInfo()
                .addKeyValue("request", attempt.request().getRequestId())
                .log("{}; the next try comes in {} ms", why, wait.get().toMillis());
        try {
            ScheduledFuture<?> unused =
                    timer.schedule(() -> enqueue(request), wait.get().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            attempt.end(new Outcome.GivenBack());
        }
    }

    private void tick() {
        try {
            long now = System.nanoTime();
            running.forEach((exchange, request) -> {
                exchange.tick(now);
                request.tick(now);
            });
            dispatch();
        } catch (RuntimeException e) {
            // A timer that throws is never called again.
            LOG.error("the timer goes on after an error", e);
        }
    }

    /** Servers that failed are asked how they are, so that no request has to find out. */
    private void probe() {
        try {
            do {
                for (Server<URI> server : pool.servers()) {
                    judge(server, client.answers(server.address()));
                }
            } while (!stopped.await(PROBE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void judge(Server<URI> server, boolean answers) {
        if (!answers) {
            pool.suspect(server, System.nanoTime());
        } else if (pool.isSuspect(server)) {
            pool.heal(server);
        }
    }

    /** Stops what runs. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        stopped.countDown();
        timer.shutdownNow();
        probe.interrupt();
        running.keySet().forEach(Exchange::stop);
        client.close();
    }
}
