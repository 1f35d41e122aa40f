package io.millrace.bench.faults;

import io.millrace.testing.deployment.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * One field of the kill matrix.
 *
 * @param kind which kind of process it hits; which of them is decided by the seed
 * @param fault what happens to it
 * @param phase what goes on meanwhile
 */
record Cell(Kind kind, Fault fault, Phase phase) {
    /** All fields in an order that the random numbers decide. */
    static List<Cell> matrix(Random random) {
        List<Cell> cells = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Fault fault : Fault.values()) {
                for (Phase phase : Phase.values()) {
                    cells.add(new Cell(kind, fault, phase));
                }
            }
        }
        Collections.shuffle(cells, random);
        return cells;
    }

    /** For the table. */
    @Override
    public String toString() {
        return (kind + " " + fault + (phase == Phase.REBALANCE ? " in mid-rebalance" : "")).toLowerCase(Locale.ROOT);
    }
}
