package io.millrace.runtime.config;

import java.util.Comparator;
import java.util.List;

/** Refuses keys that nobody knows, and says which one was probably meant. */
final class UnknownKeys {
    private static final int MOST_NAMED = 3;

    private UnknownKeys() {}

    static ConfigException refused(Shape.Section section, String path, String key) {
        List<String> names = section.names();
        List<String> near = names.stream()
                .filter(name -> distance(name, key) <= Math.max(2, key.length() / 3))
                .sorted(Comparator.comparingInt(name -> distance(name, key)))
                .limit(MOST_NAMED)
                .toList();
        String hint = near.isEmpty() ? "" : "did you mean " + String.join(" or ", near) + "? ";
        return new ConfigException(
                Paths.join(path, key), "is no setting; " + hint + "known here: " + String.join(", ", names));
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
