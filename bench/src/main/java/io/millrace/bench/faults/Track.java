package io.millrace.bench.faults;

/** One piece of a client's work, for as long as the client waits for something. Safe for use by several threads. */
final class Track implements AutoCloseable {
    private final Stalls stalls;
    private final String flow;
    private long last = System.nanoTime();

    Track(Stalls stalls, String flow) {
        this.stalls = stalls;
        this.flow = flow;
    }

    /** What kind of work it is. */
    String flow() {
        return flow;
    }

    /** Something that the client waits for has come. */
    synchronized void moved() {
        long now = System.nanoTime();
        stalls.gap(flow, last, now);
        last = now;
    }

    /** Since when nothing has come. */
    synchronized long last() {
        return last;
    }

    /** It is done. */
    @Override
    public void close() {
        moved();
        stalls.ended(this);
    }
}
