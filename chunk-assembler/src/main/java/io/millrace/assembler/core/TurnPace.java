package io.millrace.assembler.core;

import java.util.function.LongSupplier;

/**
 * When the next turn of long work may be taken, and how long it may be, beside records that come: they get as much time as the turn
 * before took. Left to Streams, which looks after every round of records whether a turn is due, one record would be processed
 * between two turns that take longer than the time from one to the next. Not thread-safe.
 */
public final class TurnPace {
    private static final int SLICES_BESIDE_RECORDS = 4;

    private final LongSupplier nanoTime;
    private long restUntilNanos;
    private int records;

    /** @param nanoTime a clock that only goes on */
    public TurnPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.restUntilNanos = nanoTime.getAsLong();
    }

    /** A record was processed. */
    public void processed() {
        records++;
    }

    /** How many slices a turn may have of so many: few where records came since the last one. */
    public int slices(int most) {
        return records == 0 ? most : Math.min(most, SLICES_BESIDE_RECORDS);
    }

    /** Takes the turn, unless it is still the records' time. */
    public void take(Runnable turn) {
        long began = nanoTime.getAsLong();
        if (records > 0 && began - restUntilNanos < 0) {
            return;
        }
        turn.run();
        long ended = nanoTime.getAsLong();
        restUntilNanos = ended + (ended - began);
        records = 0;
    }
}
