package io.millrace.runtime.config;

/**
 * A configuration that is refused. The message is for the person who wrote it: the key's full path, the value, and what
 * is allowed.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;

    ConfigException(String path, String problem) {
        super(problem);
        this.path = path;
        this.problem = problem;
    }

    /**
     * A value that a configuration record refuses; thrown by its compact constructor. The loader puts the path of the
     * record's section before the key.
     *
     * @param key the component's key in snake case
     * @param allowed what is allowed instead, such as {@code "at least 1"}
     */
    public static ConfigException invalid(String key, Object value, String allowed) {
        return new ConfigException(key, "'" + value + "' is not allowed; allowed: " + allowed);
    }

    /** A value that must be set and is not. */
    public static ConfigException missing(String path, String allowed) {
        return new ConfigException(path, "is not set; allowed: " + allowed);
    }

    /** The same problem, seen from the section around it. */
    ConfigException within(String section) {
        return new ConfigException(Paths.join(section, path), problem);
    }

    /** The message; never absent. */
    @Override
    public String getMessage() {
        return path.isEmpty() ? problem : path + ": " + problem;
    }
}
