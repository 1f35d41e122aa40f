package io.millrace.testing.guarantee;

import java.util.ArrayList;
import java.util.List;

/** Counts violations and keeps the first ones as examples. */
final class Violations {
    private static final int EXAMPLES = 10;

    private final List<String> examples = new ArrayList<>();
    private long count;

    void add(String example) {
        count++;
        if (examples.size() < EXAMPLES) {
            examples.add(example);
        }
    }

    boolean none() {
        return count == 0;
    }

    Violations copy() {
        Violations copy = new Violations();
        copy.examples.addAll(examples);
        copy.count = count;
        return copy;
    }

    List<String> examples() {
        List<String> all = new ArrayList<>(examples);
        if (count > examples.size()) {
            all.add("… and " + (count - examples.size()) + " more");
        }
        return all;
    }
}
