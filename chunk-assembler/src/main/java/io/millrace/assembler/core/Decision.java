package io.millrace.assembler.core;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.UploadState;
import java.util.List;

/** What a record does to its upload. */
public sealed interface Decision {
    /**
     * The upload has a new state.
     *
     * @param state the upload afterwards
     * @param pieces what the record added, in order of position
     */
    record Changed(UploadState state, List<PlacedPiece> pieces) implements Decision {}

    /** The record is right and changes nothing. */
    record Ignored(Reason reason) implements Decision {}

    /** The record contradicts its upload and belongs to the dead letters. */
    record Refused(ErrorCode code, String message) implements Decision {}

    /** Why a record changes nothing. */
    enum Reason {
        /** Every byte of it, or the message itself, was there before. */
        REPEATED,
        /** The upload has ended. */
        ENDED,
        /** The upload is part of another one. */
        PINNED,
        /** There is nothing to cancel. */
        UNKNOWN
    }
}
