package io.millrace.runtime.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where configuration comes from; what stands later wins.
 *
 * @param file the YAML file, if there is one
 * @param environment variables; those that begin with {@code MILLRACE_} are looked at
 * @param overrides {@code path=value}, as {@code --set} gives them
 */
public record ConfigSources(@Nullable Path file, Map<String, String> environment, List<String> overrides) {
    /** Keeps copies. */
    public ConfigSources {
        environment = Map.copyOf(environment);
        overrides = List.copyOf(overrides);
    }

    /** Nothing but overrides over the defaults. */
    public static ConfigSources of(String... overrides) {
        return new ConfigSources(null, Map.of(), List.of(overrides));
    }
}
