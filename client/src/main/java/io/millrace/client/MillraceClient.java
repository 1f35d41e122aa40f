package io.millrace.client;

import java.io.IOException;
import java.net.http.HttpClient;

/** The way to one server. Safe for use by several threads; each piece of work gets its own object from here. */
public final class MillraceClient implements AutoCloseable {
    private final HttpClient http;
    private final ClientOptions options;

    /** A client with these options. No connection is made yet. */
    public MillraceClient(ClientOptions options) {
        this.options = options;
        // One request after another over a connection that may break: HTTP/1.1 loses less at a cut than HTTP/2.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(options.silence())
                .build();
    }

    /** The options that were given. */
    public ClientOptions options() {
        return options;
    }

    /** An upload of one file. */
    public ResumableUpload upload(UploadListener listener) {
        return new ResumableUpload(http, options, listener);
    }

    /** An upload of one file by the native protocol, which needs less of the link. */
    public NativeUpload nativeUpload(UploadListener listener) {
        return new NativeUpload(http, options, listener);
    }

    /** Jobs. */
    public Jobs jobs(LinkListener listener) {
        return new Jobs(http, options, listener);
    }

    /** Embeddings, for which the caller waits. */
    public Embeddings embeddings(LinkListener listener) {
        return new Embeddings(http, options, listener);
    }

    /** Single requests. */
    public Requests requests(LinkListener listener) {
        return new Requests(http, options, listener);
    }

    /** The results that a job has by now. */
    public ResultPages pages(LinkListener listener) {
        return new ResultPages(http, options, listener);
    }

    /** Result streams. */
    public ResultFollower results() {
        return new ResultFollower(http, options);
    }

    /**
     * Creates the job over a submission's uploaded file. Repeated after a crash it gives the same job.
     *
     * @param fileId the file that the upload became
     */
    public Job createJob(Submission submission, String fileId, JobRequest request, LinkListener listener)
            throws ClientException, IOException, InterruptedException {
        Jobs jobs = jobs(listener);
        if (submission.jobId().isPresent()) {
            return jobs.get(submission.jobId().get());
        }
        Job job = jobs.create(fileId, request, submission.key());
        submission.jobCreated(job.id());
        return job;
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
