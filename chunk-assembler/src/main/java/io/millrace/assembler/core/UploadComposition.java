package io.millrace.assembler.core;

import io.millrace.assembler.core.Decision.Changed;
import io.millrace.assembler.core.Decision.Ignored;
import io.millrace.assembler.core.Decision.Reason;
import io.millrace.assembler.core.Decision.Refused;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.PartState;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The life of an upload that consists of others: its parts are named, become complete one by one, then it is one file. */
public final class UploadComposition {
    private UploadComposition() {}

    /** Whether it consists of others. */
    public static boolean isComposed(UploadState upload) {
        return upload.getOpen().getPartsCount() > 0;
    }

    /** The completion of an upload that names its parts only now. */
    static Decision named(@Nullable UploadState current, UploadComplete complete, long atMs) {
        if (current == null) {
            return new Refused(ErrorCode.UPLOAD_NOT_FOUND, "completion of an upload that was never opened");
        }
        if (current.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
            return new Ignored(Reason.ENDED);
        }
        if (isComposed(current)) {
            return current.getOpen().getPartsList().equals(complete.getPartsList())
                    ? new Ignored(Reason.REPEATED)
                    : new Refused(ErrorCode.INVALID_RECORD, "the upload consists of other parts already");
        }
        if (current.getCovered() > 0) {
            return new Refused(ErrorCode.INVALID_RECORD, "the upload has bytes of its own and cannot have parts");
        }
        UploadState.Builder next = current.toBuilder().setLastActivityMs(atMs);
        next.getOpenBuilder().addAllParts(complete.getPartsList());
        if (complete.hasLength()) {
            next.setLength(complete.getLength());
        }
        return UploadReassembly.declared(next, complete, atMs);
    }

    /** Why something a part says does not matter to this upload; empty if it does. */
    public static Optional<Ignored> unwanted(@Nullable UploadState composed, PartComplete said) {
        if (composed == null) {
            return Optional.of(new Ignored(Reason.UNKNOWN));
        }
        if (composed.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN
                || said.getIndex() < 0
                || said.getIndex() >= composed.getOpen().getPartsCount()) {
            return Optional.of(new Ignored(Reason.ENDED));
        }
        return Optional.empty();
    }

    /** A part will never be complete. */
    public static Changed partFailed(UploadState composed, PartComplete said, long atMs) {
        String message = "part " + (said.getIndex() + 1) + " of "
                + composed.getOpen().getPartsCount() + ": " + said.getFailureMessage();
        return new Changed(
                composed.toBuilder()
                        .setStatus(UploadStatus.UPLOAD_STATUS_FAILED)
                        .setEndedAtMs(atMs)
                        .setFailure(Failure.newBuilder()
                                .setCode(said.getFailureCode())
                                .setMessage(message))
                        .build(),
                List.of());
    }

    /** What is known of a part after its next message; empty if that repeats an earlier one. */
    public static Optional<PartState> received(PartState known, PartComplete said) {
        if (known.hasLength() || said.getPosition() != known.getReceived()) {
            return Optional.empty();
        }
        long bytes = said.getPart().getPiecesList().stream()
                .mapToLong(piece -> piece.getLength())
                .sum();
        PartState.Builder next = known.toBuilder().setReceived(known.getReceived() + bytes);
        if (!said.getMore()) {
            next.setLength(next.getReceived());
        }
        return Optional.of(next.build());
    }

    /** One more part is complete. */
    public static Changed partComplete(UploadState composed, long partLength, long atMs) {
        return new Changed(
                composed.toBuilder()
                        .setPartsComplete(composed.getPartsComplete() + 1)
                        .setCovered(composed.getCovered() + partLength)
                        .setLastActivityMs(atMs)
                        .build(),
                List.of());
    }

    /** Whether nothing is missing any more. */
    public static boolean hasAllParts(UploadState composed) {
        return composed.getPartsComplete() == composed.getOpen().getPartsCount();
    }

    /** All parts are complete, and their pieces are its pieces now. */
    public static Decision assembled(UploadState composed, long atMs) {
        UploadState.Builder next = composed.toBuilder().setContiguous(composed.getCovered());
        if (composed.hasLength() && composed.getLength() != composed.getCovered()) {
            UploadReassembly.fail(
                    next,
                    ErrorCode.INCONSISTENT_LENGTH,
                    "the parts have " + composed.getCovered() + " bytes instead of " + composed.getLength(),
                    atMs);
            return new Changed(next.build(), List.of());
        }
        return UploadReassembly.changed(next.setLength(composed.getCovered()), List.of(), atMs);
    }
}
