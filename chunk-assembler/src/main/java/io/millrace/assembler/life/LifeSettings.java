package io.millrace.assembler.life;

import io.millrace.assembler.core.UploadLife;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * How long uploads and files live, by the wall clock.
 *
 * @param idleExpiry when an incomplete upload to which nothing comes expires
 * @param grace how long it is still known that an upload was cancelled, has expired or has failed
 * @param fileRetention how long files are kept, from their completion on; as long as the topic of chunks keeps records
 * @param sweepInterval how often is looked for what is due
 */
public record LifeSettings(
        @Setting(value = "24h", doc = "When an incomplete upload to which no bytes come expires.")
        Duration idleExpiry,

        @Setting(
                value = "24h",
                doc = "How long it is still said of an upload that it was cancelled, has expired or has failed.")
        Duration grace,

        @Setting(
                value = "7d",
                doc = "How long files are kept; `retention.ms` of the topic of chunks. In one process with the topics'"
                        + " settings, `topics.chunk_retention` is taken instead.")
        Duration fileRetention,

        @Setting(value = "10s", doc = "How often is looked for uploads that have lived too long.")
        Duration sweepInterval) {
    /** Checks the bounds. */
    public LifeSettings {
        requirePositive("idle_expiry", idleExpiry);
        requirePositive("grace", grace);
        requirePositive("file_retention", fileRetention);
        requirePositive("sweep_interval", sweepInterval);
    }

    /** The same settings, with files kept as long as this. */
    public LifeSettings keepingFilesFor(Duration retention) {
        return new LifeSettings(idleExpiry, grace, retention, sweepInterval);
    }

    /** What is judged by. */
    public UploadLife rules() {
        return new UploadLife(idleExpiry.toMillis(), grace.toMillis(), fileRetention.toMillis());
    }

    private static void requirePositive(String key, Duration value) {
        if (value.toMillis() < 1) {
            throw ConfigException.invalid(key, value, "more than 0");
        }
    }
}
