package io.millrace.bench;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.NativeOptions;
import io.millrace.client.Position;
import io.millrace.client.RefusedException;
import io.millrace.client.ResultListener;
import io.millrace.client.UploadListener;
import io.millrace.schemas.errors.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A job from the beginning of its upload, over the native protocol, to its last event; its first requests run meanwhile. */
final class JobRun {
    private static final Duration BEGIN_WITHIN = Duration.ofSeconds(10);
    private static final long PAUSE_MS = 20;

    private JobRun() {}

    /** Runs it while a subscriber takes every result; items per second, upload and following included. */
    static double itemsPerSecond(URI address, List<String> texts)
            throws IOException, InterruptedException, ClientException {
        return itemsPerSecond(address, address, texts);
    }

    /** The same with an edge and a publisher that listen each for themselves. */
    static double itemsPerSecond(URI address, URI publisher, List<String> texts)
            throws IOException, InterruptedException, ClientException {
        try (MillraceClient results = new MillraceClient(ClientOptions.of(publisher))) {
            QuietResults followed = new QuietResults(texts.size());
            double seconds =
                    run(address, texts, job -> follow(results, job, followed).completed());
            System.out.printf(
                    "  %d lines: first result after %.2f s, half of them after %.2f s, all after %.2f s%n",
                    texts.size(),
                    seconds - (followed.lastNanos - followed.firstNanos) / 1e9,
                    seconds - (followed.lastNanos - followed.halfNanos) / 1e9,
                    seconds);
            return texts.size() / seconds;
        }
    }

    /** Runs it and asks for its state until it is complete, as OpenAI's clients do; items per second, upload included. */
    static double completedPerSecond(URI address, List<String> texts)
            throws IOException, InterruptedException, ClientException {
        try (MillraceClient client = new MillraceClient(ClientOptions.of(address))) {
            double seconds = run(address, texts, job -> awaitEnd(client, job).completed());
            System.out.printf("  %d lines: complete after %.2f s%n", texts.size(), seconds);
            return texts.size() / seconds;
        }
    }

    /** Waits for a job's end; how many of its lines were completed. */
    @FunctionalInterface
    private interface Waiting {
        long forJob(String id) throws ClientException, InterruptedException;
    }

    /** Seconds from the beginning of the upload to the job's end. */
    private static double run(URI address, List<String> texts, Waiting waiting)
            throws IOException, InterruptedException, ClientException {
        Path folder = Files.createTempDirectory("millrace-bench-job");
        Path file = folder.resolve("job.jsonl");
        Passages.writeJob(texts, MillraceProcess.MODEL, file);
        CompletableFuture<String> job = new CompletableFuture<>();
        try (MillraceClient client = new MillraceClient(ClientOptions.of(address))) {
            long began = System.nanoTime();
            Thread upload = Thread.ofPlatform().name("upload").start(() -> upload(client, file, job));
            long completed = waiting.forJob(job.join());
            double seconds = (System.nanoTime() - began) / 1e9;
            upload.join();
            if (completed != texts.size()) {
                throw new IOException("only " + completed + " of " + texts.size() + " lines were completed");
            }
            return seconds;
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static Job awaitEnd(MillraceClient client, String id) throws ClientException, InterruptedException {
        Job job = onceBegun(
                ErrorCode.BATCH_NOT_FOUND, () -> client.jobs(LinkListener.NONE).get(id));
        while (!job.ended()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            job = client.jobs(LinkListener.NONE).get(id);
        }
        return job;
    }

    private static void upload(MillraceClient client, Path file, CompletableFuture<String> job) {
        try {
            client.nativeUpload(new QuietUpload(job))
                    .send(file, NativeOptions.job(file.toString(), JobRequest.EMBEDDINGS));
        } catch (ClientException | IOException e) {
            job.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JobEvent.End follow(MillraceClient results, String job, QuietResults followed)
            throws ClientException, InterruptedException {
        return onceBegun(ErrorCode.STREAM_NOT_FOUND, () -> results.results().follow(job, null, followed));
    }

    /** The answer as soon as there is one: a job begins a moment after its upload, which tells its id. */
    private static <T> T onceBegun(ErrorCode notYet, Question<T> question)
            throws ClientException, InterruptedException {
        long until = System.nanoTime() + BEGIN_WITHIN.toNanos();
        while (true) {
            try {
                return question.ask();
            } catch (RefusedException e) {
                if (!e.code().equals(notYet.code()) || System.nanoTime() > until) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws ClientException, InterruptedException;
    }

    private record QuietUpload(CompletableFuture<String> id) implements UploadListener {
        @Override
        public void job(String jobId) {
            id.complete(jobId);
        }

        @Override
        public void interrupted(String reason, Duration delay) {
            System.out.println("  upload interrupted: " + reason);
        }
    }

    private static final class QuietResults implements ResultListener {
        private final int half;
        private int results;
        private long firstNanos;
        private long halfNanos;
        private long lastNanos;

        QuietResults(int of) {
            half = (of + 1) / 2;
        }

        @Override
        public void interrupted(String reason, Duration delay) {
            System.out.println("  results interrupted: " + reason);
        }

        @Override
        public void event(Position position, JobEvent event) {
            if (event instanceof JobEvent.Result) {
                results++;
                firstNanos = results == 1 ? System.nanoTime() : firstNanos;
                halfNanos = results == half ? System.nanoTime() : halfNanos;
            }
            lastNanos = event instanceof JobEvent.End ? System.nanoTime() : lastNanos;
        }
    }
}
