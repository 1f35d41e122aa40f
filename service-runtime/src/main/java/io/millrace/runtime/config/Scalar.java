package io.millrace.runtime.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A type of single values.
 *
 * @param noun what a value is called in messages
 * @param allowed how a value is written
 * @param emptyIsValue whether an empty text is a value
 * @param parse throws {@link IllegalArgumentException} or {@link ArithmeticException} for what is none
 */
record Scalar(String noun, String allowed, boolean emptyIsValue, Function<String, Object> parse) {
    private static final Map<Class<?>, Scalar> TYPES = Map.of(
            String.class, new Scalar("text", "a text", true, text -> text),
            Path.class, new Scalar("path", "a path of the file system", true, Path::of),
            int.class, new Scalar("integer", "a whole number", false, Integer::valueOf),
            long.class, new Scalar("integer", "a whole number", false, Long::valueOf),
            double.class, new Scalar("number", "a number", false, Double::valueOf),
            boolean.class, new Scalar("boolean", "true or false", false, Scalar::parseBoolean),
            Duration.class, new Scalar("duration", "a number with ms, s, m, h or d", false, Durations::parse),
            ByteSize.class, new Scalar("size", "a number with B, KiB, MiB or GiB", false, ByteSize::parse));

    static Optional<Scalar> of(Class<?> type) {
        @Nullable Scalar scalar = TYPES.get(type);
        if (scalar == null && type.isEnum()) {
            return Optional.of(ofEnum(type));
        }
        return Optional.ofNullable(scalar);
    }

    /** The value as it would be written. */
    static String format(Object value) {
        return switch (value) {
            case Duration duration -> Durations.format(duration);
            case Enum<?> constant -> enumName(constant);
            default -> value.toString();
        };
    }

    Object parseAt(String path, String text) {
        if (text.isEmpty() && !emptyIsValue) {
            throw ConfigException.missing(path, allowed);
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(path, text);
        }
    }

    ConfigException refused(String path, String text) {
        return new ConfigException(path, "'" + text + "' is no " + noun + "; write " + allowed);
    }

    private static Object parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Scalar ofEnum(Class<?> type) {
        Map<String, Object> byName = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(constant -> enumName((Enum<?>) constant), constant -> constant));
        String names = byName.keySet().stream().sorted().collect(Collectors.joining(", "));
        return new Scalar(
                "choice",
                "one of " + names,
                false,
                text -> Optional.ofNullable(byName.get(text.toLowerCase(Locale.ROOT)))
                        .orElseThrow(IllegalArgumentException::new));
    }

    private static String enumName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
