package io.millrace.publisher.hub;

import io.millrace.publisher.core.StreamKey;
import java.util.List;
import java.util.Map;

/** What stands in the input files of jobs, for those of their requests that never ran. Blocks. */
@FunctionalInterface
public interface InputLines {
    /**
     * Looks for the lines of some requests.
     *
     * @param items their numbers, ascending
     * @param from where to begin to read, at or before the first of them
     * @throws io.millrace.schemas.errors.MillraceException if the file cannot be read just now
     */
    Found find(StreamKey job, String fileId, List<Long> items, Place from);

    /**
     * Between two lines of a file.
     *
     * @param position the next line's first byte
     * @param lines lines before it
     * @param items requests before it, where they are counted by lines that are not blank
     */
    record Place(long position, long lines, long items) {
        /** The beginning. */
        public static final Place START = new Place(0, 0, 0);
    }

    /**
     * A line.
     *
     * @param number from 1, blank lines included
     * @param customId empty where it cannot be read
     */
    record Line(long number, String customId) {}

    /**
     * Some lines.
     *
     * @param lines by the numbers of their requests; without those of a file that is no longer kept
     * @param next where to read on
     */
    record Found(Map<Long, Line> lines, Place next) {}
}
