package io.millrace.assembler.core;

import com.google.protobuf.ByteString;
import io.millrace.assembler.core.Decision.Changed;
import io.millrace.assembler.core.Decision.Ignored;
import io.millrace.assembler.core.Decision.Reason;
import io.millrace.assembler.core.Decision.Refused;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of an upload: open, then verified where it has a digest, then complete, or else cancelled, expired or failed; a
 * complete one can still be cancelled. The first committed bytes of a place win, what overlaps them is trimmed. Time is the
 * record's own.
 */
public final class UploadReassembly {
    private static final Decision UNALIGNED =
            new Refused(ErrorCode.INVALID_RECORD, "every chunk of a record-aligned upload must name its first line");

    private UploadReassembly() {}

    /** An upload begins; of several messages for one upload the first stands. */
    public static Decision open(@Nullable UploadState current, UploadOpen open, long atMs) {
        if (current != null) {
            return new Ignored(Reason.REPEATED);
        }
        UploadState.Builder next = UploadState.newBuilder()
                .setOpen(open)
                .setStatus(UploadStatus.UPLOAD_STATUS_OPEN)
                .setLastActivityMs(atMs);
        if (open.hasLength()) {
            next.setLength(open.getLength());
        }
        return changed(next, List.of(), atMs);
    }

    /** Bytes arrive that say nothing more of themselves. */
    public static Decision bytes(
            @Nullable UploadState current, PieceIndex index, ChunkRecord.Bytes arriving, long atMs) {
        return isRecordAligned(current) ? UNALIGNED : chunk(current, index, arriving, atMs);
    }

    /** Bytes arrive, and what else they say fits the upload. */
    public static Decision chunk(
            @Nullable UploadState current, PieceIndex index, ChunkRecord.Bytes arriving, long atMs) {
        Decision admitted = admit(current, arriving);
        return admitted instanceof Changed open ? grown(open.state(), index, arriving, atMs) : admitted;
    }

    /** Bytes arrive that do not count yet. They keep the upload alive. */
    public static Decision provisional(@Nullable UploadState current, ChunkRecord.Bytes arriving, long atMs) {
        if (isRecordAligned(current)) {
            return UNALIGNED;
        }
        Decision admitted = admit(current, arriving);
        return admitted instanceof Changed open
                ? new Changed(open.state().toBuilder().setLastActivityMs(atMs).build(), List.of())
                : admitted;
    }

    /** An append is committed; what it brought is to be applied by {@link #bytes}. */
    public static Decision commit(@Nullable UploadState current) {
        if (current == null) {
            return new Refused(ErrorCode.UPLOAD_NOT_FOUND, "commit for an upload that was never opened");
        }
        return current.getStatus() == UploadStatus.UPLOAD_STATUS_OPEN
                ? new Changed(current, List.of())
                : new Ignored(Reason.ENDED);
    }

    private static boolean isRecordAligned(@Nullable UploadState current) {
        return current != null && current.getOpen().getRecordAligned();
    }

    /** Whether bytes may come at all. */
    private static Decision admit(@Nullable UploadState current, ChunkRecord.Bytes arriving) {
        if (current == null) {
            return new Refused(ErrorCode.UPLOAD_NOT_FOUND, "bytes for an upload that was never opened");
        }
        if (current.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
            return new Ignored(Reason.ENDED);
        }
        if (UploadComposition.isComposed(current)) {
            return new Refused(ErrorCode.INVALID_RECORD, "a composed upload has no bytes of its own");
        }
        long end = arriving.position() + arriving.length();
        if (current.hasLength() && end > current.getLength()) {
            return new Refused(
                    ErrorCode.UPLOAD_TOO_LARGE,
                    "bytes up to " + end + " of an upload that is " + current.getLength() + " bytes long");
        }
        return arriving.length() == 0 ? new Ignored(Reason.REPEATED) : new Changed(current, List.of());
    }

    private static Decision grown(UploadState current, PieceIndex index, ChunkRecord.Bytes arriving, long atMs) {
        // In-order uploads have no islands beyond the contiguous part; then nothing has to be looked up.
        boolean islands = current.getCovered() > current.getContiguous();
        Interval stretch = new Interval(arriving.position(), arriving.position() + arriving.length());
        List<Interval> gaps = islands ? Coverage.uncovered(index, stretch) : beyond(current.getContiguous(), stretch);
        if (gaps.isEmpty()) {
            return new Ignored(Reason.REPEATED);
        }
        return filled(current, gaps, arriving, islands ? index : null, atMs);
    }

    /** No more bytes will come. */
    public static Decision complete(
            @Nullable UploadState current, PieceIndex index, UploadComplete complete, long atMs) {
        if (complete.getPartsCount() > 0) {
            return UploadComposition.named(current, complete, atMs);
        }
        if (current == null) {
            return new Refused(ErrorCode.UPLOAD_NOT_FOUND, "completion of an upload that was never opened");
        }
        if (current.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
            return new Ignored(Reason.ENDED);
        }
        if (UploadComposition.isComposed(current)) {
            return new Ignored(Reason.REPEATED);
        }
        boolean islands = current.getCovered() > current.getContiguous();
        if (!complete.hasLength() && !current.hasLength() && islands) {
            return new Refused(ErrorCode.INVALID_RECORD, "completion without a length of an upload that has gaps");
        }
        long known = current.hasLength() ? current.getLength() : current.getContiguous();
        long length = complete.hasLength() ? complete.getLength() : known;
        if (current.hasLength() && length != current.getLength()) {
            return new Refused(
                    ErrorCode.INVALID_RECORD,
                    "the length is " + current.getLength() + " already and cannot become " + length);
        }
        @Nullable PlacedPiece last = islands ? index.floor(Long.MAX_VALUE) : null;
        long end = last == null ? current.getContiguous() : last.end();
        if (length < end) {
            return new Refused(
                    ErrorCode.INVALID_RECORD, "a length of " + length + " with bytes up to " + end + " there already");
        }
        return declared(current.toBuilder().setLength(length), complete, atMs);
    }

    static Decision declared(UploadState.Builder next, UploadComplete complete, long atMs) {
        ByteString known = next.getOpen().getSha256();
        if (!complete.getSha256().isEmpty()) {
            if (!known.isEmpty() && !known.equals(complete.getSha256())) {
                return new Refused(ErrorCode.INVALID_RECORD, "the upload has another sha256 already");
            }
            next.getOpenBuilder().setSha256(complete.getSha256());
        }
        if (!complete.getPurpose().isEmpty()) {
            next.getOpenBuilder().setPurpose(complete.getPurpose());
        }
        if (complete.getFileLifetimeMs() > 0) {
            next.getOpenBuilder().setFileLifetimeMs(complete.getFileLifetimeMs());
        }
        return changed(next.setMd5(complete.getMd5()), List.of(), atMs);
    }

    /** The content of an upload whose bytes are all there was compared with its digest. */
    public static Decision verified(@Nullable UploadState current, Verdict verdict, long atMs) {
        if (current == null || current.getStatus() != UploadStatus.UPLOAD_STATUS_VERIFYING) {
            return new Ignored(Reason.ENDED);
        }
        UploadState.Builder next = current.toBuilder();
        switch (verdict) {
            case Verdict.Matches matches -> next.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE);
            case Verdict.Fails fails -> fail(next, fails.code(), fails.message(), atMs);
        }
        return new Changed(next.build(), List.of());
    }

    /** What was sent contradicts itself, so nobody can say what the file is. */
    public static Decision conflict(UploadState current, String message, long atMs) {
        UploadState.Builder next = current.toBuilder();
        fail(next, ErrorCode.UPLOAD_CONFLICT, message, atMs);
        return ended(next);
    }

    static void fail(UploadState.Builder next, ErrorCode code, String message, long atMs) {
        next.setStatus(UploadStatus.UPLOAD_STATUS_FAILED)
                .setEndedAtMs(atMs)
                .setFailure(Failure.newBuilder().setCode(code.code()).setMessage(message));
    }

    /** The upload or file is gone, at once. What is complete does not expire; a part of another stays. */
    public static Decision cancel(@Nullable UploadState current, UploadCancel cancel, long atMs) {
        if (current == null) {
            return new Ignored(Reason.UNKNOWN);
        }
        if (current.getPinned() && !outlasts(current, cancel.getCause(), atMs)) {
            return new Ignored(Reason.PINNED);
        }
        UploadStatus status = current.getStatus();
        UploadState.Builder next = current.toBuilder().setEndedAtMs(atMs);
        return switch (cancel.getCause()) {
            case CANCEL_CAUSE_EXPIRED ->
                status == UploadStatus.UPLOAD_STATUS_OPEN && isStillIdle(current, cancel)
                        ? ended(next.setStatus(UploadStatus.UPLOAD_STATUS_EXPIRED))
                        : new Ignored(Reason.ENDED);
            case CANCEL_CAUSE_UNREADABLE -> {
                if (status != UploadStatus.UPLOAD_STATUS_OPEN) {
                    yield new Ignored(Reason.ENDED);
                }
                fail(next, ErrorCode.FILE_UNREADABLE, "the first bytes of the upload are no longer kept", atMs);
                yield ended(next);
            }
            case CANCEL_CAUSE_CLIENT, CANCEL_CAUSE_UNSPECIFIED, UNRECOGNIZED ->
                status == UploadStatus.UPLOAD_STATUS_CANCELLED || status == UploadStatus.UPLOAD_STATUS_EXPIRED
                        ? new Ignored(Reason.ENDED)
                        : ended(next.setStatus(UploadStatus.UPLOAD_STATUS_CANCELLED));
        };
    }

    /** Whether an end comes even to a part of another upload. */
    private static boolean outlasts(UploadState part, CancelCause cause, long atMs) {
        return switch (cause) {
            case CANCEL_CAUSE_UNREADABLE -> true;
            case CANCEL_CAUSE_EXPIRED -> atMs >= UploadLife.pinEndsAt(part);
            case CANCEL_CAUSE_CLIENT, CANCEL_CAUSE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** Whoever judged the upload idle may have looked before its last bytes came. */
    private static boolean isStillIdle(UploadState current, UploadCancel cancel) {
        return !cancel.hasLastActivityMs() || cancel.getLastActivityMs() == current.getLastActivityMs();
    }

    private static Decision ended(UploadState.Builder next) {
        return new Changed(next.build(), List.of());
    }

    private static List<Interval> beyond(long contiguous, Interval arriving) {
        return arriving.to() <= contiguous
                ? List.of()
                : List.of(new Interval(Math.max(contiguous, arriving.from()), arriving.to()));
    }

    private static Decision filled(
            UploadState current,
            List<Interval> gaps,
            ChunkRecord.Bytes arriving,
            @Nullable PieceIndex index,
            long atMs) {
        List<PlacedPiece> pieces = new ArrayList<>(gaps.size());
        long covered = current.getCovered();
        long contiguous = current.getContiguous();
        for (Interval gap : gaps) {
            int skip = (int) (gap.from() - arriving.position());
            pieces.add(new PlacedPiece(
                    gap.from(), arriving.partition(), arriving.recordOffset(), skip, (int) gap.length()));
            covered += gap.length();
            if (gap.from() == contiguous) {
                contiguous = index == null ? gap.to() : Coverage.contiguous(index, gap.to());
            }
        }
        UploadState.Builder next = current.toBuilder()
                .setCovered(covered)
                .setContiguous(contiguous)
                .setLastActivityMs(atMs);
        if (!current.hasFirstRecord()) {
            next.setFirstRecord(arriving.recordOffset());
        }
        return changed(next, pieces, atMs);
    }

    static Decision changed(UploadState.Builder next, List<PlacedPiece> pieces, long atMs) {
        boolean hasParts = next.getPartsComplete() == next.getOpen().getPartsCount();
        if (next.hasLength() && next.getContiguous() == next.getLength() && hasParts) {
            boolean digest =
                    !next.getOpen().getSha256().isEmpty() || !next.getMd5().isEmpty();
            next.setStatus(digest ? UploadStatus.UPLOAD_STATUS_VERIFYING : UploadStatus.UPLOAD_STATUS_COMPLETE)
                    .setCompletedAtMs(atMs);
        }
        return new Changed(next.build(), pieces);
    }
}
