package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.client.ClientException;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A job's items per second, upload and following included, beside a plain ONNX Runtime loop over the same texts. */
final class JobFigure {
    private static final int BATCH = 16;
    private static final double TARGET_SHARE = 0.7;

    private JobFigure() {}

    static List<Figure> measure(Path root, int count)
            throws IOException, InterruptedException, ClientException, OrtException {
        List<String> texts = Passages.make(root, count);
        int cores = Runtime.getRuntime().availableProcessors();
        double before = best(texts, cores);
        double job = job(root, texts);
        double after = best(texts, cores);
        System.out.printf("  job %.1f items/s, best plain loop %.1f before and %.1f after%n", job, before, after);
        return List.of(new Figure(
                "job of " + count + " passages, share of the best plain loop",
                job / ((before + after) / 2),
                "",
                TARGET_SHARE,
                Figure.Bound.AT_LEAST));
    }

    /** The better of the two ways in which a plain program can use all cores: one run on all, or one run on each. */
    private static double best(List<String> texts, int cores) throws IOException, InterruptedException {
        double wide = loops(texts, 1, cores);
        double narrow = loops(texts, cores, 1);
        System.out.printf(
                "  plain: 1 loop of %d threads %.1f items/s, %d loops of 1 thread %.1f items/s%n",
                cores, wide, cores, narrow);
        return Math.max(wide, narrow);
    }

    /** Items per second of so many loops side by side, each over its share of the texts. */
    private static double loops(List<String> texts, int loops, int threads) throws IOException, InterruptedException {
        List<OnnxEncoder> encoders = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            encoders.add(OnnxEncoder.load(ModelFiles.BUILT_IN, threads));
        }
        int share = (texts.size() + loops - 1) / loops;
        try (ExecutorService workers = Executors.newFixedThreadPool(loops)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int loop = 0; loop < loops; loop++) {
                OnnxEncoder encoder = encoders.get(loop);
                List<String> own = texts.subList(loop * share, Math.min(texts.size(), (loop + 1) * share));
                work.add(() -> encodeAll(encoder, own));
            }
            long began = System.nanoTime();
            for (Future<Void> done : workers.invokeAll(work)) {
                done.get();
            }
            return texts.size() / ((System.nanoTime() - began) / 1e9);
        } catch (ExecutionException e) {
            throw new IOException("a plain loop failed", e.getCause());
        } finally {
            encoders.forEach(OnnxEncoder::close);
        }
    }

    /** Batches of {@value #BATCH} in the given order. */
    private static @Nullable Void encodeAll(OnnxEncoder encoder, List<String> texts) throws OrtException {
        for (int from = 0; from < texts.size(); from += BATCH) {
            List<long[]> batch = new ArrayList<>(BATCH);
            for (String text : texts.subList(from, Math.min(texts.size(), from + BATCH))) {
                batch.add(encoder.tokenize(text));
            }
            encoder.encode(batch);
        }
        return null;
    }

    private static double job(Path root, List<String> texts) throws IOException, InterruptedException, ClientException {
        try (MillraceProcess millrace = MillraceProcess.start(root)) {
            return JobRun.itemsPerSecond(millrace.address(), texts);
        }
    }
}
