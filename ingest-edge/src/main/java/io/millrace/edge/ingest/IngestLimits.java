package io.millrace.edge.ingest;

import java.time.Duration;

/**
 * Bounds of uploads.
 *
 * @param chunkSize bytes of a full chunk record
 * @param chunkDelay how long bytes wait for a record to become full
 * @param maxUploadSize bytes of one upload
 * @param maxAppendSize bytes of one append
 * @param minAppendSize bytes of an append that does not end its upload
 * @param lifetime how long an upload may stay incomplete
 * @param minBodyBytes bytes that a body must bring in every window
 * @param minBodyWindow how long that window is
 * @param maxInFlight bytes of one append that are on their way to the brokers
 * @param openOfTenant what a tenant may have open
 * @param openOfAll what all tenants together may have open
 * @param offsetHints uploads whose offset is remembered
 */
public record IngestLimits(
        int chunkSize,
        Duration chunkDelay,
        long maxUploadSize,
        long maxAppendSize,
        long minAppendSize,
        Duration lifetime,
        long minBodyBytes,
        Duration minBodyWindow,
        long maxInFlight,
        OfOpen openOfTenant,
        OfOpen openOfAll,
        int offsetHints) {
    /**
     * What may be open at a time.
     *
     * @param uploads how many
     * @param bytes that these may have together, as far as their lengths are known
     */
    public record OfOpen(long uploads, long bytes) {}
}
