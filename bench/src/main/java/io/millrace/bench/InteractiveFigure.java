package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Embeddings;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How much longer calls take while a job runs; one call at a time. */
final class InteractiveFigure {
    private static final int WARM_UP = 200;
    private static final int BATCH = 16;
    private static final int BATCHES = 20;

    private InteractiveFigure() {}

    static List<Figure> measure(Path root, int calls, int items)
            throws IOException, InterruptedException, ClientException, OrtException {
        List<String> texts = Passages.make(root, Math.max(items, WARM_UP + calls));
        double batchMs = batchMs(texts);
        try (MillraceProcess millrace = MillraceProcess.start(root);
                MillraceClient client = new MillraceClient(ClientOptions.of(millrace.address()));
                ExecutorService jobs = Executors.newSingleThreadExecutor()) {
            Embeddings embeddings = client.embeddings(LinkListener.NONE);
            times(embeddings, texts.subList(0, WARM_UP));
            double idle = Quantiles.of(times(embeddings, texts.subList(WARM_UP, WARM_UP + calls)))
                    .p99();
            Future<Double> job = jobs.submit(() -> JobRun.itemsPerSecond(millrace.address(), texts.subList(0, items)));
            List<Double> during = new ArrayList<>();
            for (int i = 0; !job.isDone(); i++) {
                during.add(times(embeddings, texts.subList(i % texts.size(), i % texts.size() + 1))[0]);
            }
            Quantiles busy = Quantiles.of(during);
            System.out.printf(
                    "  calls idle p99 %.1f ms; beside the job p50 %.1f, p99 %.1f ms of %d; a batch %.1f ms; job %.1f items/s%n",
                    idle, busy.p50(), busy.p99(), during.size(), batchMs, job.get());
            return List.of(new Figure(
                    "p99 of calls beside a job of " + items,
                    busy.p99(),
                    "ms",
                    2 * idle + batchMs,
                    Figure.Bound.AT_MOST));
        } catch (ExecutionException e) {
            throw new IOException("the job failed", e.getCause());
        }
    }

    private static double[] times(Embeddings embeddings, List<String> texts)
            throws ClientException, InterruptedException {
        double[] times = new double[texts.size()];
        for (int i = 0; i < times.length; i++) {
            long began = System.nanoTime();
            embeddings.embed(MillraceProcess.MODEL, texts.subList(i, i + 1));
            times[i] = (System.nanoTime() - began) / 1e6;
        }
        return times;
    }

    /** What a batch of the job takes on one thread. */
    private static double batchMs(List<String> texts) throws IOException, OrtException {
        try (OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 1)) {
            List<long[]> batch =
                    texts.stream().limit(BATCH).map(encoder::tokenize).toList();
            long began = System.nanoTime();
            for (int i = 0; i < BATCHES; i++) {
                encoder.encode(batch);
            }
            return (System.nanoTime() - began) / 1e6 / BATCHES;
        }
    }
}
