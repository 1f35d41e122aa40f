package io.millrace.runtime.config;

import java.util.Locale;

/** The names of keys: a dotted path in files and on the command line, capitals in the environment. */
final class Paths {
    static final String ENVIRONMENT_PREFIX = "MILLRACE_";

    private Paths() {}

    static String join(String section, String key) {
        if (section.isEmpty() || key.isEmpty()) {
            return section + key;
        }
        return section + "." + key;
    }

    static String environmentName(String path) {
        return ENVIRONMENT_PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    static String snakeCase(String componentName) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < componentName.length(); i++) {
            char c = componentName.charAt(i);
            if (Character.isUpperCase(c)) {
                key.append('_');
            }
            key.append(Character.toLowerCase(c));
        }
        return key.toString();
    }
}
