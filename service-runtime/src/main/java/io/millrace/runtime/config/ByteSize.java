package io.millrace.runtime.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as {@code 512B}, {@code 64KiB}, {@code 8MiB}, {@code 1GiB} or {@code 2TiB}; a plain number
 * counts bytes.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d+) ?(|b|kib|mib|gib|tib)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int UNIT_BITS = 10;

    /** Checks the bound. */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is at least 0, not " + bytes);
        }
    }

    /**
     * Reads the written form; case does not matter.
     *
     * @throws IllegalArgumentException if it is no size or exceeds 63 bits
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size");
        }
        long factor = 1L << (UNIT_BITS * unitIndex(matcher.group(2)));
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too large", e);
        }
    }

    private static int unitIndex(String unit) {
        for (int i = 1; i < UNITS.length; i++) {
            if (UNITS[i].equalsIgnoreCase(unit)) {
                return i;
            }
        }
        return 0;
    }

    /** The written form in the largest unit that divides it. */
    @Override
    public String toString() {
        int unit = 0;
        long count = bytes;
        while (count != 0 && count % (1L << UNIT_BITS) == 0 && unit < UNITS.length - 1) {
            count >>= UNIT_BITS;
            unit++;
        }
        return count + UNITS[unit];
    }
}
