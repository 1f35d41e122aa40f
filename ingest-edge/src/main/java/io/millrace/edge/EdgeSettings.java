package io.millrace.edge;

import io.millrace.edge.ingest.IngestLimits;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code edge}.
 *
 * @param assemblerAddresses where the assemblers' internal interfaces are
 * @param publisherAddresses where the publishers' internal interfaces are
 * @param corsOrigins origins whose pages may use the edge
 * @param chunkSize bytes of a full chunk record
 * @param chunkDelay how long bytes wait for a chunk to become full
 * @param maxUploadSize bytes of one upload
 * @param maxAppendSize bytes of one append to an upload
 * @param minAppendSize bytes of an append that does not end its upload
 * @param uploadLifetime how long an upload may stay incomplete
 * @param minBodyRate bytes a second that a body must bring
 * @param minBodyRateWindow over how long that is measured
 * @param maxBodySize bytes of a JSON body
 * @param maxInFlightPerUpload bytes of one upload that may be on their way to the brokers
 * @param maxInFlight bytes of all uploads that may be on their way to the brokers
 * @param maxOpenUploads uploads that a tenant may have open
 * @param maxOpenBytes bytes that a tenant's open uploads may have together
 * @param maxOpenUploadsOfAll uploads that all tenants may have open
 * @param maxOpenBytesOfAll bytes that the open uploads of all tenants may have together
 * @param deliveryTimeout when what the brokers do not acknowledge fails
 * @param offsetHints uploads whose offset is remembered
 * @param maxDownloads downloads that may run at once
 * @param maxCalls calls that may wait at once
 * @param callTimeout how long a caller waits for its call
 * @param callDeadline how long a call may take in all
 * @param maxCompletionWindow the longest window of a job
 * @param maxRetention the longest retention of a job
 * @param webhooks who is told that a job has ended
 */
public record EdgeSettings(
        @Setting(value = "[\"http://127.0.0.1:8091\"]", doc = "Base addresses of the assemblers' internal interfaces.")
        List<String> assemblerAddresses,

        @Setting(value = "[\"http://127.0.0.1:8092\"]", doc = "Base addresses of the publishers' internal interfaces.")
        List<String> publisherAddresses,

        @Setting(value = "[\"*\"]", doc = "Origins whose pages may use the edge; `*` for all.")
        List<String> corsOrigins,

        @Setting(
                value = "1MiB",
                doc = "Bytes of a full chunk record; the chunk topic's `max.message.bytes` must exceed it.")
        ByteSize chunkSize,

        @Setting(value = "1s", doc = "How long bytes wait for a chunk to become full.")
        Duration chunkDelay,

        @Setting(value = "16GiB", doc = "The most bytes that one upload may have.")
        ByteSize maxUploadSize,

        @Setting(value = "16GiB", doc = "The most bytes that one append to an upload may have.")
        ByteSize maxAppendSize,

        @Setting(
                value = "0B",
                doc = "The fewest bytes of an append that does not end its upload; for IETF resumable uploads.")
        ByteSize minAppendSize,

        @Setting(value = "24h", doc = "How long an upload may stay incomplete.")
        Duration uploadLifetime,

        @Setting(value = "64B", doc = "Bytes a second that the body of an upload must bring; slower ones are cut off.")
        ByteSize minBodyRate,

        @Setting(value = "30s", doc = "Over how long the rate of a body is measured.")
        Duration minBodyRateWindow,

        @Setting(value = "4MiB", doc = "The most bytes that a JSON body may have.")
        ByteSize maxBodySize,

        @Setting(
                value = "8MiB",
                doc = "Bytes of one upload that may be on their way to the brokers before its connection is paused.")
        ByteSize maxInFlightPerUpload,

        @Setting(
                value = "32MiB",
                doc = "Bytes of all uploads that may be on their way to the brokers before connections are paused.")
        ByteSize maxInFlight,

        @Setting(value = "10000", doc = "Uploads that one tenant may have open; more are refused with 429.")
        int maxOpenUploads,

        @Setting(
                value = "1TiB",
                doc =
                        "Bytes that one tenant's open uploads may have together, by their announced lengths; more are refused with 429.")
        ByteSize maxOpenBytes,

        @Setting(value = "100000", doc = "Uploads that all tenants together may have open; more are refused with 429.")
        int maxOpenUploadsOfAll,

        @Setting(
                value = "10TiB",
                doc =
                        "Bytes that the open uploads of all tenants may have together, by their announced lengths; more are refused with 429.")
        ByteSize maxOpenBytesOfAll,

        @Setting(value = "30s", doc = "When what the brokers do not acknowledge fails.")
        Duration deliveryTimeout,

        @Setting(value = "10000", doc = "Uploads whose offset is remembered, to spare a question to the assembler.")
        int offsetHints,

        @Setting(value = "64", doc = "Downloads of files that may run at once; more are refused with 429.")
        int maxDownloads,

        @Setting(value = "1000", doc = "Calls that may wait for their results at once; more are refused with 429.")
        int maxCalls,

        @Setting(value = "60s", doc = "How long a caller waits for the result of its call.")
        Duration callTimeout,

        @Setting(
                value = "10m",
                doc = "How long a call may take in all; a result after call_timeout is at /v1/requests/{id}.")
        Duration callDeadline,

        @Setting(value = "7d", doc = "The longest completion window that a job may ask for.")
        Duration maxCompletionWindow,

        @Setting(value = "30d", doc = "The longest retention that a job may ask for.")
        Duration maxRetention,

        @Setting(doc = "Who is told that a job has ended.") WebhookSettings webhooks) {
    private static final long LARGEST_CHUNK = 16L << 20;

    /** Checks the bounds and keeps copies. */
    public EdgeSettings {
        assemblerAddresses = addresses("assembler_addresses", assemblerAddresses);
        publisherAddresses = addresses("publisher_addresses", publisherAddresses);
        corsOrigins = List.copyOf(corsOrigins);
        if (chunkSize.bytes() < 1 || chunkSize.bytes() > LARGEST_CHUNK) {
            throw ConfigException.invalid("chunk_size", chunkSize, "1B to 16MiB");
        }
        atLeastOne("max_upload_size", maxUploadSize.bytes());
        atLeastOne("max_append_size", maxAppendSize.bytes());
        if (minAppendSize.bytes() > maxAppendSize.bytes()) {
            throw ConfigException.invalid("min_append_size", minAppendSize, "at most max_append_size");
        }
        atLeastOne("upload_lifetime", uploadLifetime.toSeconds());
        atLeastOne("min_body_rate_window", minBodyRateWindow.toSeconds());
        atLeastOne("max_body_size", maxBodySize.bytes());
        atLeastOne("max_in_flight_per_upload", maxInFlightPerUpload.bytes());
        atLeastOne("max_in_flight", maxInFlight.bytes());
        atLeastOne("offset_hints", offsetHints);
        atLeastOne("max_open_uploads", maxOpenUploads);
        atLeastOne("max_open_bytes", maxOpenBytes.bytes());
        atLeastOne("max_open_uploads_of_all", maxOpenUploadsOfAll);
        atLeastOne("max_open_bytes_of_all", maxOpenBytesOfAll.bytes());
        atLeastOne("max_downloads", maxDownloads);
        atLeastOne("max_calls", maxCalls);
        atLeastOne("chunk_delay", chunkDelay.toMillis());
        atLeastOne("delivery_timeout", deliveryTimeout.toSeconds());
        atLeastOne("call_timeout", callTimeout.toSeconds());
        if (callDeadline.compareTo(callTimeout) < 0) {
            throw ConfigException.invalid("call_deadline", callDeadline, "at least call_timeout");
        }
        atLeastOne("max_completion_window", maxCompletionWindow.toSeconds());
        atLeastOne("max_retention", maxRetention.toSeconds());
    }

    /** The same settings for an edge that asks these assemblers and publishers. */
    public EdgeSettings asking(List<String> assemblers, List<String> publishers) {
        return new EdgeSettings(
                assemblers,
                publishers,
                corsOrigins,
                chunkSize,
                chunkDelay,
                maxUploadSize,
                maxAppendSize,
                minAppendSize,
                uploadLifetime,
                minBodyRate,
                minBodyRateWindow,
                maxBodySize,
                maxInFlightPerUpload,
                maxInFlight,
                maxOpenUploads,
                maxOpenBytes,
                maxOpenUploadsOfAll,
                maxOpenBytesOfAll,
                deliveryTimeout,
                offsetHints,
                maxDownloads,
                maxCalls,
                callTimeout,
                callDeadline,
                maxCompletionWindow,
                maxRetention,
                webhooks);
    }

    IngestLimits ingestLimits() {
        return new IngestLimits(
                (int) chunkSize.bytes(),
                chunkDelay,
                maxUploadSize.bytes(),
                maxAppendSize.bytes(),
                minAppendSize.bytes(),
                uploadLifetime,
                minBodyRate.bytes() * minBodyRateWindow.toSeconds(),
                minBodyRateWindow,
                maxInFlightPerUpload.bytes(),
                new IngestLimits.OfOpen(maxOpenUploads, maxOpenBytes.bytes()),
                new IngestLimits.OfOpen(maxOpenUploadsOfAll, maxOpenBytesOfAll.bytes()),
                offsetHints);
    }

    private static List<String> addresses(String key, List<String> addresses) {
        boolean usable =
                !addresses.isEmpty() && addresses.stream().allMatch(address -> address.matches("https?://[^/]+"));
        if (!usable) {
            throw ConfigException.invalid(key, addresses, "at least one http://HOST:PORT");
        }
        return List.copyOf(addresses);
    }

    private static void atLeastOne(String key, long value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "at least 1");
        }
    }
}
