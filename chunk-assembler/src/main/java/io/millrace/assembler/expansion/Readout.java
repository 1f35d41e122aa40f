package io.millrace.assembler.expansion;

import io.millrace.assembler.core.Progress;
import io.millrace.assembler.core.Slice;
import io.millrace.schemas.errors.ErrorCode;

/** What a reader has to say next about its file. */
public sealed interface Readout {
    /** The next lines. */
    record Ready(Slice slice) implements Readout {}

    /**
     * The file has no more lines.
     *
     * @param last the end of the last line that is not blank
     */
    record Ended(Progress last) implements Readout {}

    /** The file cannot be read any further; trying again is no use. */
    record Failed(ErrorCode code, String message) implements Readout {}
}
