package io.millrace.standalone.command;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import io.millrace.standalone.view.ProgressView;
import io.millrace.standalone.view.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace submit FILE}. */
@Command(
        name = "submit",
        description =
                "Uploads a JSONL file of requests and makes a job of it. After a failure or a cut, the same command"
                        + " goes on where the server stands.")
public final class SubmitCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "One request a line, in OpenAI's batch format.")
    private Path file = Path.of("");

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--model", paramLabel = "M", description = "Ask this model in every line, whatever the lines say.")
    private @Nullable String model;

    @Option(names = "--endpoint", paramLabel = "PATH", description = "What the lines ask. Default: ${DEFAULT-VALUE}.")
    private String endpoint = JobRequest.EMBEDDINGS.endpoint();

    @Option(names = "--window", paramLabel = "TIME", description = "How long it may take. Default: ${DEFAULT-VALUE}.")
    private String window = JobRequest.EMBEDDINGS.completionWindow();

    @Option(names = "--follow", description = "Wait for the results, and write them as they come.")
    private boolean follow;

    @Option(names = "--out", paramLabel = "FILE", description = "With --follow: write results here instead of stdout.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print the batch object instead of the job's id.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ClientOptions options = server.clientOptions(ServerOptions.LONG);
        UploadJournal journal = UploadJournal.ofUser(System.getenv(), Path.of(System.getProperty("user.home")));
        Path input = model == null ? file : ModelOverride.copy(file, model, journal.folder());
        Submission submission = journal.open(options.server(), input);
        try (MillraceClient client = new MillraceClient(options)) {
            Job job = submit(client, submission);
            int status = 0;
            if (follow) {
                status = follow(client, submission, job);
            } else {
                System.out.println(json ? job.json().toString() : job.id());
            }
            submission.forget();
            if (model != null) {
                Files.delete(input);
            }
            return status;
        }
    }

    private Job submit(MillraceClient client, Submission submission)
            throws ClientException, IOException, InterruptedException {
        if (submission.jobId().isPresent()) {
            return client.jobs(ServerOptions.tell()).get(submission.jobId().get());
        }
        UploadCounts sent;
        try (UploadView view = new UploadView(submission.file().size())) {
            sent = client.upload(view).send(submission);
        }
        System.err.println("millrace: " + sent.fileId() + ": sent " + Sizes.bytes(sent.sent()) + " of "
                + Sizes.bytes(sent.input()) + ", " + Sizes.bytes(sent.resent()) + " of it twice");
        JobRequest request = new JobRequest(endpoint, window, Map.of());
        return client.createJob(submission, sent.fileId(), request, ServerOptions.tell());
    }

    private int follow(MillraceClient client, Submission submission, Job job)
            throws ClientException, IOException, InterruptedException {
        System.err.println("millrace: following " + job.id());
        try (ResultOutput output = out == null ? ResultOutput.stdout() : new ResultOutput.Journaled(out, submission)) {
            JobEvent.End end;
            try (FollowView view = new FollowView(output)) {
                end = client.results()
                        .follow(
                                job.id(),
                                out == null ? null : submission.followed().orElse(null),
                                view);
            }
            return WatchCommand.tellEnd(job.id(), end);
        }
    }

    private static final class UploadView implements UploadListener, AutoCloseable {
        private final ProgressView progress = ProgressView.of("upload", "KiB", 1024);
        private final long size;

        UploadView(long size) {
            this.size = size;
        }

        @Override
        public void interrupted(String reason, Duration delay) {
            ServerOptions.tell().interrupted(reason, delay);
        }

        @Override
        public void sent(long from, long to) {
            progress.at(to, size);
        }

        @Override
        public void close() {
            progress.close();
        }
    }
}
