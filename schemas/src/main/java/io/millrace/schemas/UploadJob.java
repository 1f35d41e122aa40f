package io.millrace.schemas;

import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;

/**
 * The job that an upload asked for.
 *
 * @param submitted the first record of the job's stream
 * @param expand what turns the file into the job's requests
 */
public record UploadJob(JobSubmitted submitted, ExpandFile expand) {
    /** The job of a complete upload that has one. */
    public static UploadJob of(UploadState complete) {
        return of(complete.getOpen(), complete.getCompletedAtMs());
    }

    /** The job of an upload that has one, submitted at this time. */
    public static UploadJob of(UploadOpen open, long submittedAt) {
        JobParameters parameters = open.getJob().toBuilder()
                .setJobId(Ids.jobOfUpload(open.getTenant(), open.getUploadId()))
                .build();
        long deadline = submittedAt + parameters.getCompletionWindowMs();
        JobSubmitted submitted = JobSubmitted.newBuilder()
                .setParameters(parameters)
                .setInputFileId(open.getUploadId())
                .setSubmittedAtMs(submittedAt)
                .setDeadlineMs(deadline)
                .build();
        ExpandFile expand = ExpandFile.newBuilder()
                .setTenant(open.getTenant())
                .setUploadId(open.getUploadId())
                .setJobId(parameters.getJobId())
                .setEndpoint(parameters.getEndpoint())
                .setPriority(parameters.getPriority())
                .setDeadlineMs(deadline)
                .setTraceparent(open.getTraceparent())
                .build();
        return new UploadJob(submitted, expand);
    }

    /** Where the job's stream begins; a repeat changes nothing. */
    public StreamEvent beginning() {
        return StreamEvent.newBuilder()
                .setTenant(expand.getTenant())
                .setStreamId(expand.getJobId())
                .setJobSubmitted(submitted)
                .build();
    }
}
