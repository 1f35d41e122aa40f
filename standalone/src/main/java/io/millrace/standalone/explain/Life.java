package io.millrace.standalone.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The life of one thing.
 *
 * @param id its id
 * @param steps what happened to it, in the order of time
 * @param state where it is, in one line
 * @param waitsFor what must happen next; empty when it has ended
 */
public record Life(String id, List<Step> steps, String state, String waitsFor) {
    /** Puts the steps in order and keeps them. */
    public Life {
        steps = steps.stream().sorted(Comparator.comparingLong(Step::atMs)).toList();
    }

    /**
     * One thing that happened; or several alike, told by the first and the last.
     *
     * @param atMs when the record was written
     * @param untilMs when the last of several was written; else as {@code atMs}
     * @param place the record, by topic, partition and offset
     * @param what happened
     */
    public record Step(long atMs, long untilMs, String place, String what) {
        static Step of(Sighting seen, String what) {
            return new Step(seen.atMs(), seen.atMs(), seen.place(), what);
        }
    }

    /** With the steps of another thing, without which this one cannot be understood, before its own. */
    Life after(Life other) {
        List<Step> all = new ArrayList<>(other.steps());
        all.addAll(steps);
        return new Life(id, all, state, waitsFor);
    }
}
