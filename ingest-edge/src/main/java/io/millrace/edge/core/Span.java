package io.millrace.edge.core;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time that a client asks for: a whole number and a unit, {@code s}, {@code m}, {@code h} or {@code d}. */
final class Span {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([smhd])");

    private Span() {}

    /**
     * Reads one.
     *
     * @param field where it stands
     * @throws MillraceException if it has another form, is zero or is longer than allowed
     */
    static Duration parse(String field, String text, Duration longest) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            Duration span = of(Long.parseLong(matcher.group(1)), matcher.group(2));
            if (span.isPositive() && span.compareTo(longest) <= 0) {
                return span;
            }
        }
        throw MillraceException.about(
                field,
                ErrorCode.INVALID_REQUEST,
                field + " must be a number of s, m, h or d such as '15m' or '24h', more than zero and at most "
                        + longest.toHours() + "h");
    }

    private static Duration of(long number, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
