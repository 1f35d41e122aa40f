package io.millrace.runtime.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The written form of durations: {@code 250ms}, {@code 15s}, {@code 5m}, {@code 24h}, {@code 7d}, {@code 1h30m}. */
final class Durations {
    private static final Pattern FORM = Pattern.compile("(?:\\d+(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = units();

    private Durations() {}

    static Duration parse(String text) {
        String form = text.strip().toLowerCase(Locale.ROOT).replace(" ", "");
        if (form.equals("0")) {
            return Duration.ZERO;
        }
        if (!FORM.matcher(form).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration");
        }
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(form);
        while (parts.find()) {
            Duration unit = UNITS.getOrDefault(parts.group(2), Duration.ZERO);
            sum = sum.plus(unit.multipliedBy(Long.parseLong(parts.group(1))));
        }
        return sum;
    }

    static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
            long count = duration.dividedBy(unit.getValue());
            if (unit.getValue().multipliedBy(count).equals(duration)) {
                return count + unit.getKey();
            }
        }
        return duration.toMillis() + "ms";
    }

    /** Largest first. */
    private static Map<String, Duration> units() {
        Map<String, Duration> units = new LinkedHashMap<>();
        units.put("d", Duration.ofDays(1));
        units.put("h", Duration.ofHours(1));
        units.put("m", Duration.ofMinutes(1));
        units.put("s", Duration.ofSeconds(1));
        units.put("ms", Duration.ofMillis(1));
        return units;
    }
}
