package io.millrace.bench;

import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.deployment.DeploymentOptions;
import io.millrace.testing.deployment.Kind;
import io.millrace.testing.deployment.Node;
import io.millrace.testing.model.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** An edge with a small heap: many uploads are open, some of them send slowly, and a large one passes. */
final class EdgeHeapFigure {
    private static final double MIB = 1 << 20;
    private static final int OPEN = 2000;
    private static final int SLOW = 200;
    private static final int AT_A_TIME = 16;
    private static final int SLOW_BYTES = 64 << 10;
    private static final long LARGE_BYTES = 1L << 30;
    /** The heap's live bytes may grow by this factor; what a collection finds varies by the moment. */
    private static final double FLAT = 1.25;

    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private EdgeHeapFigure(int port) {
        this.port = port;
    }

    static List<Figure> measure() throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createTempDirectory("millrace-bench");
        try (ModelServer models = ModelServer.start();
                Deployment deployment = Deployment.start(options(folder, models))) {
            Node edge = deployment.nodes(Kind.EDGE).get(0);
            return new EdgeHeapFigure(deployment.edgePorts().get(0)).measure(edge.pid());
        } finally {
            Leftovers.remove(folder);
        }
    }

    /** One of each service, every one of them with a heap of 256 MiB. */
    private static DeploymentOptions options(Path folder, ModelServer models) {
        return DeploymentOptions.pairs(
                        folder, "[{name: mock, backend: openai, openai: {urls: ['" + models.baseUrl() + "']}}]")
                .withInstances(1);
    }

    private List<Figure> measure(long pid) throws IOException, InterruptedException, ExecutionException {
        List<String> uploads = createAll();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean hurry = new AtomicBoolean();
            List<Future<Boolean>> slow = new ArrayList<>();
            for (String upload : uploads.subList(0, SLOW)) {
                slow.add(threads.submit(() -> SlowBody.send(port, upload, SLOW_BYTES, hurry)));
            }
            long before = liveBytes(pid);
            long began = System.nanoTime();
            Future<Boolean> large = threads.submit(() -> patch(create(LARGE_BYTES), zeros(LARGE_BYTES)) == 204);
            long most = 0;
            while (!large.isDone()) {
                most = Math.max(most, liveBytes(pid));
            }
            double rate = LARGE_BYTES / 1e6 / ((System.nanoTime() - began) / 1e9);
            long after = liveBytes(pid);
            hurry.set(true);
            long failures = large.get() ? 0 : 1;
            for (Future<Boolean> body : slow) {
                failures += body.get() ? 0 : 1;
            }
            failures += unfinished(uploads.subList(SLOW, OPEN));
            System.out.printf(
                    "  1 GiB passed at %.0f MB/s; live heap %.1f MiB before, at most %.1f MiB meanwhile, %.1f MiB after%n",
                    rate, before / MIB, most / MIB, after / MIB);
            String among = ", 2,000 uploads open, 200 of them sending, while 1 GiB passes";
            return List.of(
                    new Figure("edge of 256 MiB: failures" + among, failures, "", 0, Figure.Bound.AT_MOST),
                    new Figure(
                            "edge of 256 MiB: live heap after / before",
                            (double) after / before,
                            "",
                            FLAT,
                            Figure.Bound.AT_MOST));
        }
    }

    private List<String> createAll() throws InterruptedException, ExecutionException {
        List<Callable<String>> creations = new ArrayList<>();
        for (int i = 0; i < OPEN; i++) {
            creations.add(() -> create(SLOW_BYTES));
        }
        List<String> uploads = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Future<String> created : threads.invokeAll(creations)) {
                uploads.add(created.get());
            }
        }
        return uploads;
    }

    /** How many of these cannot be asked for, or not go on to their end. */
    private long unfinished(List<String> uploads) throws InterruptedException, ExecutionException {
        List<Callable<Boolean>> endings = new ArrayList<>();
        for (String upload : uploads) {
            endings.add(() -> patch(upload, BodyPublishers.ofByteArray(new byte[SLOW_BYTES])) == 204);
        }
        long failures = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Future<Boolean> ended : threads.invokeAll(endings)) {
                failures += ended.get() ? 0 : 1;
            }
        }
        return failures;
    }

    private String create(long length) throws IOException, InterruptedException {
        HttpResponse<Void> created = http.send(
                request("/uploads")
                        .header("Upload-Length", Long.toString(length))
                        .POST(BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        return created.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("no upload was created: " + created.statusCode()));
    }

    private int patch(String path, BodyPublisher body) throws IOException, InterruptedException {
        return http.send(
                        request(path)
                                .header("Content-Type", "application/offset+octet-stream")
                                .header("Upload-Offset", "0")
                                .method("PATCH", body)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Tus-Resumable", "1.0.0");
    }

    /** Bytes of its heap that are in use, after a whole collection. */
    private static long liveBytes(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = asked.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .filter(line -> line.startsWith("Total"))
                    .map(line -> line.trim().split(" +")[2])
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the edge is gone"));
        }
    }

    private static BodyPublisher zeros(long length) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(length)), length);
    }

    /** So many bytes, without holding them. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int count = (int) Math.min(length, left);
            left -= count;
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
