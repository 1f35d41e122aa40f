package io.millrace.edge.core;

/**
 * A result stream as one subscriber has it, whichever publishers it comes from one after the other: after what it goes on, and how
 * many events may still come.
 */
public final class FollowedStream {
    /** The most credit that a subscriber can have. */
    public static final long MOST_CREDIT = 1_000_000_000;

    private final String stream;
    private StreamStart start;
    private long credit;
    private boolean begun;

    /**
     * Nothing of it has come yet.
     *
     * @param credit how many events may come at first
     */
    public FollowedStream(String stream, StreamStart start, long credit) {
        this.stream = stream;
        this.start = start;
        this.credit = credit;
    }

    /** The stream's id. */
    public String stream() {
        return stream;
    }

    /** From where the next publisher must send it. */
    public StreamStart start() {
        return start;
    }

    /** How many events may come. */
    public long credit() {
        return credit;
    }

    /** So many more events may come. */
    public void addCredit(long events) {
        credit = Math.min(MOST_CREDIT, credit + events);
    }

    /**
     * A publisher says where the stream goes on.
     *
     * @param recovered whether that is exactly where the subscriber was
     * @return whether the subscriber must hear of it: at the beginning, and where the stream could not go on
     */
    public boolean begins(String epoch, boolean recovered, long from) {
        boolean news = !begun || !recovered;
        begun = true;
        start = new StreamStart.After(epoch, from - 1);
        return news;
    }

    /** An event has come, and is on its way to the subscriber. */
    public void took(long offset) {
        credit = Math.max(0, credit - 1);
        if (start instanceof StreamStart.After after) {
            start = new StreamStart.After(after.epoch(), offset);
        }
    }
}
