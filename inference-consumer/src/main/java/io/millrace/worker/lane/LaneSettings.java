package io.millrace.worker.lane;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;

/**
 * How a lane is read.
 *
 * @param slots share consumers; 0: two for each run of the model that goes on at a time
 * @param records most records that a slot has at a time, each with a call or with requests of a job; 0: about one run's
 */
public record LaneSettings(
        @Setting(
                value = "0",
                doc = "Share consumers that read the lane; while one works, another fetches. 0: two for each run of the"
                        + " model that goes on at a time.")
        int slots,

        @Setting(
                value = "0",
                doc =
                        "Most records that one of them has at a time: a call each, or up to `assembler.expansion.group_lines`"
                                + " requests of a job. 0: of calls as many as fit into one run; of jobs an eighth of that, at least 2.")
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
