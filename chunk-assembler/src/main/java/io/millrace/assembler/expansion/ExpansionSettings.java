package io.millrace.assembler.expansion;

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

        @Setting(value = "4", doc = "Slices of each file that are read ahead.")
        int readAhead,

        @Setting(value = "25ms", doc = "How often slices that are ready are written.")
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
        requirePositive("read_ahead", readAhead);
        requirePositive("slices_per_turn", slicesPerTurn);
        requirePositive("readers", readers);
        if (maxLine.bytes() < 1 || maxLine.bytes() > LARGEST_LINE) {
            throw ConfigException.invalid("max_line", maxLine, "1B to 64MiB");
        }
        if (sliceSize.bytes() < 1 || sliceSize.bytes() > LARGEST_LINE) {
            throw ConfigException.invalid("slice_size", sliceSize, "1B to 64MiB");
        }
        if (interval.toMillis() < 1) {
            throw ConfigException.invalid("interval", interval, "at least 1ms");
        }
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "at least 1");
        }
    }
}
