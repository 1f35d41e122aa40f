package io.millrace.standalone.operations.core;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;

/**
 * A job to be made of requests that ran before.
 *
 * @param source the job whose requests they are; {@link #CALLS} for those of calls
 * @param endpoint what they ask
 * @param number counts the jobs of one replay from 0
 * @param uploadId the upload that holds their lines
 * @param lines how many they are
 * @param bytes the size of the lines
 */
public record ReplayJob(String source, String endpoint, int number, String uploadId, long lines, long bytes) {
    /** Where requests come from that are of no job. */
    public static final String CALLS = "calls";

    /** A job without lines yet; under the same replay it always has the same ids. */
    public static ReplayJob of(String replayId, String source, String endpoint, int number) {
        String upload =
                Ids.fromIdempotencyKey(Ids.FILE, Tenant.DEFAULT, "replay", replayId + "\n" + source + "\n" + endpoint);
        return new ReplayJob(source, endpoint, number, upload, 0, 0);
    }

    /** The same with one line more. */
    public ReplayJob with(long lineBytes) {
        return new ReplayJob(source, endpoint, number, uploadId, lines + 1, bytes + lineBytes);
    }

    /** The new job's id. */
    public String jobId() {
        return Ids.jobOfUpload(Tenant.DEFAULT, uploadId);
    }
}
