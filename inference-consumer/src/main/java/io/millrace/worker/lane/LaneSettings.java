package io.millrace.worker.lane;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;

/**
 * How a lane is read.
 *
 * @param slots share consumers; 0: two for each run of the model that goes on at a time
 * @param records most requests that a slot has at a time; 0: one run's
 */
public record LaneSettings(
        @Setting(
                value = "0",
                doc = "Share consumers that read the lane; while one works, another fetches. 0: two for each run of the"
                        + " model that goes on at a time.")
        int slots,

        @Setting(value = "0", doc = "Most requests that one of them has at a time. 0: as many as fit into one run.")
        int records) {
    /** Checks the bounds. */
    public LaneSettings {
        if (slots < 0) {
            throw ConfigException.invalid("slots", slots, "at least 0");
        }
        if (records < 0) {
            throw ConfigException.invalid("records", records, "at least 0");
        }
    }

    /** With these in place of zeros. */
    public LaneSettings orDefault(int defaultSlots, int defaultRecords) {
        return new LaneSettings(slots == 0 ? defaultSlots : slots, records == 0 ? defaultRecords : records);
    }
}
