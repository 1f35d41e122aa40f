package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM says of its collections with {@code -Xlog:gc:file=...}.
 *
 * @param after what each collection left in use, in MiB
 */
record GcLog(List<Integer> after) {
    /** {@code ... Pause Young (Allocation Failure) 90M->21M(247M) ...} */
    private static final Pattern PAUSE = Pattern.compile("Pause .* \\d+M->(\\d+)M\\(");

    static GcLog read(Path log) throws IOException {
        List<Integer> after = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                after.add(Integer.parseInt(pause.group(1)));
            }
        }
        return new GcLog(List.copyOf(after));
    }

    /** The least that a collection left in the last quarter of all, times that in the second quarter: the first warms up. */
    double lateToEarly() {
        int quarter = after.size() / 4;
        int early = least(after.subList(quarter, 2 * quarter));
        int late = least(after.subList(3 * quarter, after.size()));
        System.out.printf("  %d collections; in use after them early %d MB, late %d MB%n", after.size(), early, late);
        return (double) late / early;
    }

    private static int least(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).min().orElseThrow();
    }
}
