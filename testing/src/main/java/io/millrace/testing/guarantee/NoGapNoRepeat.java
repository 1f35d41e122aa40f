package io.millrace.testing.guarantee;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * G4: one subscriber sees the events of one result stream in order, each once, over all its connections, or is told that
 * the stream could not go on.
 */
public final class NoGapNoRepeat implements Guarantee {
    private final Violations violations = new Violations();
    private @Nullable String epoch;
    private long next;
    private long events;
    private long connections;
    private long restarts;
    private OptionalLong last = OptionalLong.empty();

    /** Watches a subscriber that has nothing yet and starts at the beginning. */
    public NoGapNoRepeat() {
        this(0);
    }

    /** Watches a subscriber that wants this offset first. */
    public NoGapNoRepeat(long first) {
        this.next = first;
    }

    /** The server said with which epoch and from which offset it goes on, and whether exactly where the subscriber was. */
    public synchronized void subscribed(String saidEpoch, boolean recovered, long from) {
        connections++;
        if (recovered) {
            if (epoch != null && !epoch.equals(saidEpoch)) {
                violations.add("connection " + connections + ": recovered, but the epoch went from " + epoch + " to "
                        + saidEpoch);
            }
            if (from != next) {
                violations.add("connection " + connections + ": recovered, but from offset " + from
                        + " where the subscriber needs " + next);
            }
        } else {
            restarts++;
            next = from;
        }
        epoch = saidEpoch;
    }

    /** An event arrived. */
    public synchronized void event(long offset) {
        events++;
        if (offset > next) {
            violations.add("gap: after offset " + (next - 1) + " came " + offset);
        } else if (offset < next) {
            violations.add("repeat: offset " + offset + " came again, after " + (next - 1));
        }
        next = Math.max(next, offset + 1);
    }

    /** The stream's last event must have this offset; without this call nobody knows whether its end is missing. */
    public synchronized void expectLast(long offset) {
        last = OptionalLong.of(offset);
    }

    /** The offset that the subscriber has last; -1 before the first. */
    public synchronized long position() {
        return next - 1;
    }

    /** How often it was told that the stream could not go on. A test that lost nothing expects none. */
    public synchronized long restarts() {
        return restarts;
    }

    @Override
    public synchronized Verdict verdict() {
        Violations all = violations.copy();
        if (last.isPresent() && last.getAsLong() != next - 1) {
            all.add("the stream ends with offset " + last.getAsLong() + ", the subscriber with " + (next - 1));
        }
        return Verdict.of(
                this, events + " events over " + connections + " connections, " + restarts + " told restarts", all);
    }
}
