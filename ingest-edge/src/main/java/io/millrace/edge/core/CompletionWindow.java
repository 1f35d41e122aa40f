package io.millrace.edge.core;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a job may take: a whole number and a unit, {@code s}, {@code m}, {@code h} or {@code d}. */
public final class CompletionWindow {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([smhd])");

    private CompletionWindow() {}

    /**
     * Reads a window.
     *
     * @throws MillraceException if it has another form, is zero or is longer than allowed
     */
    public static Duration parse(String text, Duration longest) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            Duration window = of(Long.parseLong(matcher.group(1)), matcher.group(2));
            if (window.isPositive() && window.compareTo(longest) <= 0) {
                return window;
            }
        }
        throw MillraceException.about(
                "completion_window",
                ErrorCode.INVALID_REQUEST,
                "completion_window must be a number of s, m, h or d such as '15m' or '24h', more than zero and at most "
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
