package io.millrace.edge.queries;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobFile;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.Optional;

/** Asks the publisher how a job stands. */
public final class JobQueries {
    private final InternalApi publisher;

    /** Asks this service. */
    public JobQueries(InternalApi publisher) {
        this.publisher = publisher;
    }

    /** The job, if the publisher knows it. */
    public Future<Optional<JobView>> find(String tenant, String jobId) {
        return ask(tenant, "/internal/v1/jobs/" + jobId);
    }

    /** The job, after the publisher has applied this record of the job's partition. */
    public Future<Optional<JobView>> find(String tenant, String jobId, int partition, long seen) {
        return ask(tenant, "/internal/v1/jobs/" + jobId + "?partition=" + partition + "&seen=" + seen);
    }

    /**
     * Jobs, newest first.
     *
     * @param after only those after this one in the list
     */
    public Future<JobList> list(String tenant, Optional<JobView> after, int limit) {
        String from = after.map(
                        job -> "&before=" + job.getState().getJob().getSubmittedAtMs() + "&after=" + job.getJobId())
                .orElse("");
        return publisher
                .get(tenant, "/internal/v1/jobs?limit=" + limit + from)
                .map(answer ->
                        answer.map(body -> parsed(body, JobList.parser())).orElse(JobList.getDefaultInstance()));
    }

    /** The file of an ended job, if there is anything in it. */
    public Future<Optional<JobFile>> file(String tenant, String jobId, String kind) {
        return publisher
                .get(tenant, "/internal/v1/jobs/" + jobId + "/files/" + kind + "/size")
                .map(answer -> answer.map(body -> parsed(body, JobFile.parser())));
    }

    /** The content of such a file, to be read by the caller. */
    public Future<HttpClientResponse> content(String tenant, String jobId, String kind, Map<String, String> headers) {
        return publisher.open(tenant, "/internal/v1/jobs/" + jobId + "/files/" + kind, headers);
    }

    private Future<Optional<JobView>> ask(String tenant, String uri) {
        return publisher.get(tenant, uri).map(answer -> answer.map(body -> parsed(body, JobView.parser())));
    }

    private static <T> T parsed(Buffer body, Parser<T> parser) {
        try {
            return parser.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the publisher's answer cannot be read", e);
        }
    }
}
