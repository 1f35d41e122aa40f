package io.millrace.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one component of a configuration record and gives its default. The key is the component's name in snake
 * case.
 *
 * <p>Types: {@link String}, {@code int}, {@code long}, {@code double}, {@code boolean}, {@link java.time.Duration},
 * {@link ByteSize}, {@link java.nio.file.Path}, enums, records, lists of these, and maps of text to text. A record whose
 * only component is such a map stands in the file as the map itself.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /**
     * The default, as it would stand in an environment variable. Lists: YAML's {@code [a, b]}, or {@code a,b}. A record:
     * YAML's <code>{key: value}</code>, over the defaults that its components have themselves. Empty means "not set" for texts and
     * paths, an empty list or map, the record's own defaults, and "must be set" for everything else.
     */
    String value() default "";

    /** What it means, in one or two sentences; stands in the reference page. */
    String doc();
}
