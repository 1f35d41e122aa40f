package io.millrace.publisher.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where a record stands in the log, and its time.
 *
 * @param topicId the topic's own id, another one after it was deleted and created again
 * @param timestampMs the record's timestamp
 */
public record RecordPosition(String topicId, int partition, long offset, long timestampMs) {
    private static final int EPOCH_BYTES = 8;

    /**
     * The epoch of a stream whose first record stands here: 16 hexadecimal digits. Reading the same log again gives the
     * same one; a log that lost the record gives another.
     */
    public String epoch() {
        try {
            String place = topicId + '/' + partition + '/' + offset;
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(place.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, EPOCH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
