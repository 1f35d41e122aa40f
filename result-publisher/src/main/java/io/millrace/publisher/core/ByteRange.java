package io.millrace.publisher.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file: from the byte {@code from} (inclusive) to the byte {@code to} (exclusive).
 *
 * @param from at least 0
 * @param to at most the file's size; not above {@code from} where the range lies outside of the file
 */
public record ByteRange(long from, long to) {
    private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** The whole of a file. */
    public static ByteRange all(long size) {
        return new ByteRange(0, size);
    }

    /** What a {@code Range} header asks for; absent where it is to be ignored, as RFC 9110 says of what is not understood. */
    public static Optional<ByteRange> parse(String header, long size) {
        Matcher range = SINGLE.matcher(header.trim());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return Optional.empty();
        }
        if (range.group(1).isEmpty()) {
            return Optional.of(new ByteRange(Math.max(0, size - Long.parseLong(range.group(2))), size));
        }
        long from = Long.parseLong(range.group(1));
        if (range.group(2).isEmpty()) {
            return Optional.of(new ByteRange(from, size));
        }
        long last = Long.parseLong(range.group(2));
        return last < from ? Optional.empty() : Optional.of(new ByteRange(from, Math.min(size, last + 1)));
    }

    /** Whether the file has none of it. */
    public boolean isOutside() {
        return from >= to;
    }
}
