package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What a plain program makes of ONNX Runtime: loops over texts in the given order. */
final class PlainLoops {
    private PlainLoops() {}

    /**
     * Items per second of the two ways in which a plain program can use all cores.
     *
     * @param loop one loop, whose runs have all threads
     * @param sideBySide a loop for each core, each with its share of the texts and one thread
     */
    record Rates(double loop, double sideBySide) {
        double best() {
            return Math.max(loop, sideBySide);
        }
    }

    /** @param batch texts in one run */
    static Rates measure(List<String> texts, int batch) throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        Rates rates = new Rates(perSecond(texts, 1, cores, batch), perSecond(texts, cores, 1, batch));
        System.out.printf(
                "  plain, batches of %d: 1 loop of %d threads %.1f items/s, %d loops of 1 thread %.1f items/s%n",
                batch, cores, rates.loop(), cores, rates.sideBySide());
        return rates;
    }

    /** Items per second of so many loops side by side, each over its share of the texts. */
    private static double perSecond(List<String> texts, int loops, int threads, int batch)
            throws IOException, InterruptedException {
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
                work.add(() -> encodeAll(encoder, own, batch));
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

    private static @Nullable Void encodeAll(OnnxEncoder encoder, List<String> texts, int size) throws OrtException {
        for (int from = 0; from < texts.size(); from += size) {
            List<long[]> batch = new ArrayList<>(size);
            for (String text : texts.subList(from, Math.min(texts.size(), from + size))) {
                batch.add(encoder.tokenize(text));
            }
            encoder.encode(batch);
        }
        return null;
    }
}
