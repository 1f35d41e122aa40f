package io.millrace.edge.ingest;

import java.util.List;

/**
 * Some of a tenant's files.
 *
 * @param more whether others follow
 */
public record FilePage(List<Upload> files, boolean more) {
    /** Keeps a copy. */
    public FilePage {
        files = List.copyOf(files);
    }

    /**
     * Which files are asked for.
     *
     * @param after the file after which they begin, or an empty text
     * @param limit how many at most
     * @param oldestFirst whether the oldest come first, and not the newest
     * @param purpose only those for this, unless it is empty
     */
    public record Query(String after, int limit, boolean oldestFirst, String purpose) {}
}
