package io.millrace.edge.queries;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
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

    private Future<Optional<JobView>> ask(String tenant, String uri) {
        return publisher.get(tenant, uri).map(answer -> answer.map(JobQueries::parsed));
    }

    private static JobView parsed(Buffer body) {
        try {
            return JobView.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the publisher's answer cannot be read", e);
        }
    }
}
