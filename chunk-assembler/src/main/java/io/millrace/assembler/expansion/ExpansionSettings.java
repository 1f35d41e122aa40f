package io.millrace.assembler.expansion;

import io.millrace.assembler.core.RequestGrouping;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * How files of jobs become requests.
 *
 * @param activeJobs files that one process reads at the same time; further jobs wait for their turn
 * @param maxLine the longest line; must stand well below the brokers' message.max.bytes
 * @param sliceLines most lines that are written in one go
 * @param sliceSize most bytes of lines that are written in one go
 * @param groupLines most requests of a job in one record of a lane; 1 for no groups
 * @param groupSize most bytes of requests that share a record
 * @param readAhead slices of each file that are held ready
 * @param interval how often ready slices are written
 * @param slicesPerTurn most slices that one partition writes each time
 * @param readers consumers per size class that read files back
 */
public record ExpansionSettings(
        @Setting(value = "16", doc = "Files of jobs that one process reads at the same time; further jobs take turns.")
        int activeJobs,

        @Setting(value = "512KiB", doc = "Longest line of a job's file; well below message.max.bytes of the brokers.")
        ByteSize maxLine,

        @Setting(value = "256", doc = "Most lines that become requests in one go.")
        int sliceLines,

        @Setting(value = "512KiB", doc = "Most bytes of lines that become requests in one go.")
        ByteSize sliceSize,

        @Setting(
                value = "32",
                doc =
                        "Most requests of a job that share one record of their lane, at `/v1/embeddings` and `/v1/classify`; a"
                                + " small job has smaller records. 1: each has its own, which workers need that are older.")
        int groupLines,

        @Setting(
                value = "32KiB",
                doc =
                        "Most bytes of requests that share a record; a longer one has its own. Well below message.max.bytes.")
        ByteSize groupSize,

        @Setting(value = "4", doc = "Slices of each file that are read ahead.")
        int readAhead,

        @Setting(value = "10ms", doc = "How often slices that are ready are written.")
        Duration interval,

        @Setting(value = "8", doc = "Most slices that one partition writes each time.")
        int slicesPerTurn,

        @Setting(value = "2", doc = "Consumers per size class that read files back.")
        int readers) {
    private static final long LARGEST_LINE = 64L << 20;

    /** Checks the bounds. */
    public ExpansionSettings {
        requirePositive("active_jobs", activeJobs);
        requirePositive("slice_lines", sliceLines);
        requirePositive("group_lines", groupLines);
        requirePositive("read_ahead", readAhead);
        requirePositive("slices_per_turn", slicesPerTurn);
        requirePositive("readers", readers);
        if (maxLine.bytes() < 1 || maxLine.bytes() > LARGEST_LINE) {
            throw ConfigException.invalid("max_line", maxLine, "1B to 64MiB");
        }
        if (sliceSize.bytes() < 1 || sliceSize.bytes() > LARGEST_LINE) {
            throw ConfigException.invalid("slice_size", sliceSize, "1B to 64MiB");
        }
        if (groupSize.bytes() < 1 || groupSize.bytes() > LARGEST_LINE) {
            throw ConfigException.invalid("group_size", groupSize, "1B to 64MiB");
        }
        if (interval.toMillis() < 1) {
            throw ConfigException.invalid("interval", interval, "at least 1ms");
        }
    }

    /** The rule by which requests share records. */
    public RequestGrouping grouping() {
        return new RequestGrouping(groupLines, groupSize.bytes());
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "at least 1");
        }
    }
}
