package io.millrace.standalone.command;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a moment: {@code 2026-11-21T08:00:00Z}, with any offset, without one for the local clock, a day alone for its
 * beginning, or how long ago: {@code 90m}, {@code 12h}, {@code 2d}.
 */
final class TimeOption implements ITypeConverter<Instant> {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    @Override
    public Instant convert(String text) {
        return parse(text, Instant.now(), ZoneId.systemDefault());
    }

    static Instant parse(String text, Instant now, ZoneId zone) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return now.minus(WindowOption.length(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        try {
            if (!text.contains("T")) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no time; write 2026-11-21T08:00:00Z, 2026-11-21, or how long ago: 90m, 12h, 2d");
        }
    }
}
