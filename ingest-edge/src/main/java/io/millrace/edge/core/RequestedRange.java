package io.millrace.edge.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What of a content a {@code Range} header asks for, as RFC 9110, section 14, says; several ranges at once count as none. */
public sealed interface RequestedRange {

    /** All of it. */
    record Whole() implements RequestedRange {}

    /** The bytes from {@code from} (inclusive) to {@code to} (exclusive); at least one. */
    record Part(long from, long to) implements RequestedRange {}

    /** Bytes that the content does not have. */
    record Unsatisfiable() implements RequestedRange {}

    /**
     * Reads the header.
     *
     * @param header its value, where it is there
     * @param length of the content
     */
    static RequestedRange of(@Nullable String header, long length) {
        if (header == null) {
            return new Whole();
        }
        Matcher range = Form.SINGLE.matcher(header.strip());
        if (!range.matches()) {
            return new Whole();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(number(last), length);
        }
        long from = number(first);
        long to = last.isEmpty() ? length : Math.min(length, number(last) + 1);
        if (!last.isEmpty() && number(last) < from) {
            return new Whole();
        }
        return from < length ? new Part(from, to) : new Unsatisfiable();
    }

    private static RequestedRange suffix(long count, long length) {
        return count == 0 || length == 0 ? new Unsatisfiable() : new Part(Math.max(0, length - count), length);
    }

    /** Beyond any content, where there are too many digits. */
    private static long number(String digits) {
        return digits.length() > Form.MAX_DIGITS ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
    }

    /** How the header looks. */
    final class Form {
        private static final Pattern SINGLE = Pattern.compile("(?i:bytes)=([0-9]*)-([0-9]*)");
        private static final int MAX_DIGITS = 18;

        private Form() {}
    }
}
