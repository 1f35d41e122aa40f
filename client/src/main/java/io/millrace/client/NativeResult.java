package io.millrace.client;

/**
 * What a native upload has become.
 *
 * @param counts what it cost; bytes are those of the file, before compression
 * @param jobId the job that it started, or an empty text
 * @param wireBytes bytes of chunk frames handed to connections
 */
public record NativeResult(UploadCounts counts, String jobId, long wireBytes) {}
