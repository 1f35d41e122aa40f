package io.millrace.testing.guarantee;

/** G6: what clients send is written to the topic of chunks once, with little beside it. */
public final class WrittenOnce implements Guarantee {
    private final double factor;
    private final long perUpload;
    private long sent;
    private long uploads;
    private long stored;

    /**
     * @param factor how many bytes one sent byte may take, with what Kafka puts around it
     * @param perUpload bytes that the records which open and close an upload may take
     */
    public WrittenOnce(double factor, long perUpload) {
        this.factor = factor;
        this.perUpload = perUpload;
    }

    /** A client sent so many bytes of content, repeats after cuts included: they may have arrived before the cut. */
    public synchronized void sent(long bytes) {
        sent += bytes;
    }

    /** An upload was begun, or a part of one. */
    public synchronized void begun() {
        uploads++;
    }

    /** The topic's logs take so many bytes in all, each record counted once. */
    public synchronized void stored(long bytes) {
        stored = bytes;
    }

    @Override
    public synchronized Verdict verdict() {
        Violations violations = new Violations();
        double bound = factor * sent + (double) perUpload * uploads;
        if (stored > bound) {
            violations.add(stored + " bytes are stored where " + (long) bound + " would do");
        }
        return Verdict.of(this, sent + " bytes sent in " + uploads + " uploads, " + stored + " stored", violations);
    }
}
