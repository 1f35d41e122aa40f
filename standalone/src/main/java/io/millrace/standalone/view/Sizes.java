package io.millrace.standalone.view;

import java.time.Duration;
import java.util.Locale;

/** Writes sizes and times for people. */
public final class Sizes {
    private static final int KIBI = 1024;

    private Sizes() {}

    /** For example {@code 812.4 KiB}. */
    public static String bytes(long bytes) {
        if (bytes < KIBI) {
            return bytes + " B";
        }
        double value = bytes;
        for (String unit : new String[] {"KiB", "MiB", "GiB"}) {
            value /= KIBI;
            if (value < KIBI) {
                return String.format(Locale.ROOT, "%.1f %s", value, unit);
            }
        }
        return String.format(Locale.ROOT, "%.1f TiB", value / KIBI);
    }

    /** For example {@code 6.1 s}. */
    public static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
