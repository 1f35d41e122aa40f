package io.millrace.client;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one submission, so that it can go on after a crash.
 *
 * @param server the server's address
 * @param file what is being sent
 * @param key names this submission to the server, so that nothing is created twice
 * @param uploadUrl where the bytes go; absent until the upload is created
 * @param jobId the job; absent until it is created
 * @param followed the last event whose result is in the output file; absent before the first
 * @param outputLength how long the output file was then, in bytes
 */
record JournalEntry(
        String server,
        FileFingerprint file,
        String key,
        @Nullable String uploadUrl,
        @Nullable String jobId,
        @Nullable Position followed,
        long outputLength) {

    static JournalEntry begin(String server, FileFingerprint file, String key) {
        return new JournalEntry(server, file, key, null, null, null, 0);
    }

    JournalEntry withUpload(@Nullable String url) {
        return new JournalEntry(server, file, key, url, jobId, followed, outputLength);
    }

    JournalEntry withJob(String id) {
        return new JournalEntry(server, file, key, uploadUrl, id, followed, outputLength);
    }

    JournalEntry withFollowed(@Nullable Position position, long length) {
        return new JournalEntry(server, file, key, uploadUrl, jobId, position, length);
    }
}
