package io.millrace.standalone.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a completion window: {@code 15m}, {@code 24h}, {@code 7d}. */
final class WindowOption implements ITypeConverter<WindowOption.Window> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smhd])");

    /** A window as it was written and as a length. */
    record Window(String text, Duration length) {}

    @Override
    public Window convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException("'" + text + "' is no time; write 90s, 15m, 24h or 7d");
        }
        return new Window(text, length(Long.parseLong(form.group(1)), form.group(2)));
    }

    /** So many seconds, minutes, hours or days. */
    static Duration length(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
