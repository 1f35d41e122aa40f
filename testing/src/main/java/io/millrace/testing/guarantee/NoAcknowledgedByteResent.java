package io.millrace.testing.guarantee;

/**
 * G1, and what a thin link gains by it: an offset told to a client covers only bytes that were sent, never goes back, and
 * no byte below it is sent again. Watches one upload whose bytes are sent in order.
 */
public final class NoAcknowledgedByteResent implements Guarantee {
    private final Violations violations = new Violations();
    private long told;
    private long sent;
    private long highest;
    private long resentAcknowledged;
    private long resentInFlight;

    /** The server told the client that it need not send what lies below this offset. */
    public synchronized void told(long offset) {
        if (offset < told) {
            violations.add("the offset went back from " + told + " to " + offset);
        }
        if (offset > highest) {
            violations.add("offset " + offset + " was told when only " + highest + " bytes had been sent");
        }
        told = Math.max(told, offset);
    }

    /** The client sent this many bytes from this offset on. */
    public synchronized void sent(long offset, long length) {
        long end = offset + length;
        long acknowledgedAgain = Math.max(0, Math.min(end, told) - offset);
        if (acknowledgedAgain > 0) {
            violations.add("bytes " + offset + " to " + (offset + acknowledgedAgain) + " were sent again after offset "
                    + told + " had been told");
        }
        resentAcknowledged += acknowledgedAgain;
        resentInFlight += Math.max(0, Math.min(end, highest) - Math.max(offset, told));
        sent += length;
        highest = Math.max(highest, end);
    }

    /** Bytes sent twice although they had been acknowledged. */
    public synchronized long resentAcknowledged() {
        return resentAcknowledged;
    }

    /** Bytes sent twice because they were on their way when the link broke. */
    public synchronized long resentInFlight() {
        return resentInFlight;
    }

    @Override
    public synchronized Verdict verdict() {
        return Verdict.of(
                this,
                sent + " bytes sent of " + highest + ", sent twice: " + resentAcknowledged + " acknowledged, "
                        + resentInFlight + " in flight",
                violations);
    }
}
