package io.millrace.bench;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Position;
import io.millrace.client.ResultListener;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A job from the upload of its file to its last event. */
final class JobRun {
    private JobRun() {}

    /** Runs it; items per second, upload and following included. */
    static double itemsPerSecond(URI address, List<String> texts)
            throws IOException, InterruptedException, ClientException {
        return itemsPerSecond(address, address, texts);
    }

    /** The same with an edge and a publisher that listen each for themselves. */
    static double itemsPerSecond(URI address, URI publisher, List<String> texts)
            throws IOException, InterruptedException, ClientException {
        Path folder = Files.createTempDirectory("millrace-bench-job");
        Path file = folder.resolve("job.jsonl");
        Passages.writeJob(texts, MillraceProcess.MODEL, file);
        try (MillraceClient client = new MillraceClient(ClientOptions.of(address));
                MillraceClient results = new MillraceClient(ClientOptions.of(publisher))) {
            long began = System.nanoTime();
            Submission submission = new UploadJournal(folder).open(address, file);
            UploadCounts counts = client.upload(new QuietUpload()).send(submission);
            Job job = client.createJob(submission, counts.fileId(), JobRequest.EMBEDDINGS, LinkListener.NONE);
            JobEvent.End end = results.results().follow(job.id(), null, new QuietResults());
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

    private static final class QuietResults implements ResultListener {
        @Override
        public void interrupted(String reason, Duration delay) {
            System.out.println("  results interrupted: " + reason);
        }

        @Override
        public void event(Position position, JobEvent event) {}
    }
}
