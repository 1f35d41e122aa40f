package io.millrace.runtime.kafka;

import org.jspecify.annotations.Nullable;

/** A record is not in the log any more: deleted by retention, or never committed. Trying again is no use. */
public final class RecordGoneException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param address the record */
    public RecordGoneException(RecordReader.Address address, @Nullable Throwable cause) {
        super("the record at " + address + " is not in the log any more", cause);
    }
}
