package io.millrace.bench.faults;

import io.millrace.client.ClientOptions;
import io.millrace.client.MillraceClient;
import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.link.Direction;
import io.millrace.testing.link.FlakyLink;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A steady mixed load on a deployment: uploads of all protocols over a link that is cut every few seconds, jobs whose
 * subscribers come and go over another such link, calls, and bad input. Every client fails over by itself.
 */
final class Load implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Above the server's pings, which come every 10 s. */
    private static final Duration SOCKET_SILENCE = Duration.ofSeconds(12);

    private static final int PIECE = 24 << 10;
    private static final int CUT_WITHIN = 200_000;
    private static final int CALLERS = 3;

    private final Watch watch;
    private final Http edges;
    private final Http edgesByLink;
    private final FlakyLink uploadLink;
    private final FlakyLink resultLink;
    private final MillraceClient uploads;
    private final MillraceClient results;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong rounds = new AtomicLong();

    private final int pauses;

    private Load(Deployment deployment, Watch watch, Duration silence, int pauses) {
        this.watch = watch;
        this.pauses = pauses;
        this.edges = new Http(deployment.edgePorts(), silence, watch);
        this.uploadLink = FlakyLink.toAny(deployment.edgePorts());
        this.resultLink = FlakyLink.toAny(deployment.publisherPorts());
        this.edgesByLink = new Http(List.of(uploadLink.port()), silence, watch);
        this.uploads = client(uploadLink, silence);
        this.results = client(resultLink, SOCKET_SILENCE);
    }

    /**
     * Begins; files lie in the folder.
     *
     * @param silence after how long without an answer clients try it again
     * @param pauses how many times as long as they would clients pause between two pieces of work
     */
    static Load start(Deployment deployment, Path folder, Watch watch, Random random, Duration silence, int pauses) {
        Load load = new Load(deployment, watch, silence, pauses);
        Following following = new Following(load.results, watch);
        Downloads downloads = new Downloads(load.edges, watch);
        Workbench bench = new Workbench(load.uploads, following, folder, watch);
        load.run(new TusJobs(bench));
        load.run(new NativeJobs(bench));
        load.run(new IetfUploads(load.edgesByLink, downloads, watch));
        load.run(new OpenAiUploads(load.edgesByLink, downloads, watch));
        load.run(new BadInput(load.edges, watch));
        for (int caller = 0; caller < CALLERS; caller++) {
            load.run(new Calls(load.edges, watch));
        }
        long seed = random.nextLong();
        Thread.ofVirtual().start(() -> load.cut(new Random(seed)));
        return load;
    }

    /** The edges, each as good as the other, without a bad link before them. */
    Http edges() {
        return edges;
    }

    /** Begins no more work, and waits until what was begun is done. What is not done then is broken. */
    void finish(Duration bound) throws InterruptedException {
        stopping.countDown();
        long deadline = System.nanoTime() + bound.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                watch.broken("'" + thread.getName() + "' did not end within " + bound.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() {
        stopping.countDown();
        threads.forEach(Thread::interrupt);
        uploads.close();
        results.close();
        uploadLink.close();
        resultLink.close();
        edgesByLink.close();
        edges.close();
    }

    private void run(Flow flow) {
        threads.add(Thread.ofVirtual().name(flow.name()).start(() -> repeat(flow)));
    }

    private void repeat(Flow flow) {
        try {
            do {
                round(flow, rounds.incrementAndGet());
            } while (!stopping.await(pauses * flow.distance().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round(Flow flow, long number) throws InterruptedException {
        try {
            flow.round(number);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            watch.broken(flow.name() + ", round " + number + ": " + e);
        }
    }

    private void cut(Random random) {
        try {
            while (!stopping.await(2000 + random.nextInt(4000), TimeUnit.MILLISECONDS)) {
                switch (random.nextInt(3)) {
                    case 0 -> uploadLink.cutAll();
                    case 1 -> uploadLink.cutAfterBytes(Direction.UP, 1 + random.nextInt(CUT_WITHIN));
                    default -> resultLink.cutAll();
                }
                watch.count("cuts of links");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MillraceClient client(FlakyLink link, Duration silence) {
        return new MillraceClient(new ClientOptions(
                URI.create("http://127.0.0.1:" + link.port()),
                PIECE,
                silence,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                PATIENCE));
    }
}
