package io.millrace.assembler.topology;

/** Work that takes longer than a record, done a bounded amount at a time on the stream thread. */
interface Turn extends AutoCloseable {
    /** Does some. */
    void take(long nowMs);

    /** Gives up what is under way elsewhere; a later owner of the partition begins it again. */
    @Override
    default void close() {}
}
