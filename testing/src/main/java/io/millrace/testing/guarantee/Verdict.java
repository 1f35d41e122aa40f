package io.millrace.testing.guarantee;

import java.util.List;

/**
 * Whether a guarantee held.
 *
 * @param guarantee its name
 * @param held whether it did
 * @param summary what was seen, in numbers
 * @param examples the first violations; empty if it held
 */
public record Verdict(String guarantee, boolean held, String summary, List<String> examples) {
    /** Keeps its own copy of the examples. */
    public Verdict {
        examples = List.copyOf(examples);
    }

    static Verdict of(Guarantee guarantee, String summary, Violations violations) {
        return new Verdict(guarantee.getClass().getSimpleName(), violations.none(), summary, violations.examples());
    }

    /** For people. */
    @Override
    public String toString() {
        String line = guarantee + (held ? " held: " : " is BROKEN: ") + summary;
        return examples.isEmpty() ? line : line + "\n  " + String.join("\n  ", examples);
    }
}
