package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A job's items per second, upload and following included, beside a plain ONNX Runtime loop over the same texts. */
final class JobFigure {
    private static final int BATCH = 16;
    private static final double TARGET_SHARE = 0.7;

    private JobFigure() {}

    static List<Figure> measure(Path root, int count)
            throws IOException, InterruptedException, ClientException, OrtException {
        List<String> texts = Passages.make(root, count);
        double first = loop(texts);
        double job = job(root, texts);
        double second = loop(texts);
        double plain = (first + second) / 2;
        System.out.printf(
                "  plain loop %.1f and %.1f items/s (before and after), job %.1f items/s%n", first, second, job);
        return List.of(new Figure(
                "job of " + count + " passages, share of the plain loop",
                job / plain,
                "",
                TARGET_SHARE,
                Figure.Bound.AT_LEAST));
    }

    /** Items per second of batches of {@value #BATCH} in the given order, on all cores. */
    private static double loop(List<String> texts) throws IOException, OrtException {
        try (OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 0)) {
            long began = System.nanoTime();
            for (int from = 0; from < texts.size(); from += BATCH) {
                List<long[]> batch = new ArrayList<>(BATCH);
                for (String text : texts.subList(from, Math.min(texts.size(), from + BATCH))) {
                    batch.add(encoder.tokenize(text));
                }
                encoder.encode(batch);
            }
            return texts.size() / ((System.nanoTime() - began) / 1e9);
        }
    }

    private static double job(Path root, List<String> texts) throws IOException, InterruptedException, ClientException {
        Path folder = Files.createTempDirectory("millrace-bench-job");
        Path file = folder.resolve("job.jsonl");
        Passages.writeJob(texts, MillraceProcess.MODEL, file);
        try (MillraceProcess millrace = MillraceProcess.start(root);
                MillraceClient client = new MillraceClient(ClientOptions.of(millrace.address()))) {
            long began = System.nanoTime();
            Submission submission = new UploadJournal(folder).open(millrace.address(), file);
            UploadCounts counts = client.upload(new QuietUpload()).send(submission);
            Job job = client.createJob(submission, counts.fileId(), JobRequest.EMBEDDINGS, LinkListener.NONE);
            JobEvent.End end = client.results().follow(job.id(), null, new QuietResults());
            if (end.completed() != texts.size()) {
                throw new IOException("the job did not complete: " + end.json());
            }
            return texts.size() / ((System.nanoTime() - began) / 1e9);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static final class QuietUpload implements UploadListener {
        @Override
        public void interrupted(String reason, Duration delay) {
            System.out.println("  upload interrupted: " + reason);
        }
    }

    private static final class QuietResults implements io.millrace.client.ResultListener {
        @Override
        public void interrupted(String reason, Duration delay) {
            System.out.println("  results interrupted: " + reason);
        }

        @Override
        public void event(io.millrace.client.Position position, JobEvent event) {}
    }
}
