package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.core.Decision.Changed;
import io.millrace.assembler.core.Decision.Ignored;
import io.millrace.assembler.core.Decision.Reason;
import io.millrace.assembler.core.Decision.Refused;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.junit.jupiter.api.Test;

final class UploadReassemblyTest {
    private final PieceMap pieces = new PieceMap();

    @Test
    void shouldCompleteAnEmptyUploadAtOnce() {
        Decision decision =
                UploadReassembly.open(null, UploadOpen.newBuilder().setLength(0).build(), 7);

        assertThat(changed(decision).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
        assertThat(changed(decision).getCompletedAtMs()).isEqualTo(7);
    }

    @Test
    void shouldKeepTheFirstOfTwoOpenings() {
        UploadState first = open(10);

        assertThat(UploadReassembly.open(first, UploadOpen.getDefaultInstance(), 1))
                .isEqualTo(new Ignored(Reason.REPEATED));
    }

    @Test
    void shouldRefuseBytesThatNoUploadExpects() {
        assertThat(UploadReassembly.bytes(null, pieces, bytes(0, 5), 1))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UPLOAD_NOT_FOUND));
        assertThat(UploadReassembly.bytes(open(10), pieces, bytes(8, 5), 1))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UPLOAD_TOO_LARGE));
    }

    @Test
    void shouldDropBytesAfterTheEnd() {
        UploadState cancelled = changed(UploadReassembly.cancel(open(10), UploadCancel.getDefaultInstance(), 0));

        assertThat(UploadReassembly.bytes(cancelled, pieces, bytes(0, 5), 1)).isEqualTo(new Ignored(Reason.ENDED));
    }

    @Test
    void shouldTakeLengthAndPurposeFromTheCompletion() {
        UploadState open = changed(UploadReassembly.open(null, UploadOpen.getDefaultInstance(), 0));
        UploadState grown = changed(UploadReassembly.bytes(open, pieces, bytes(0, 5), 1));

        UploadState complete = changed(UploadReassembly.complete(
                grown, pieces, UploadComplete.newBuilder().setPurpose("batch").build(), 2));

        assertThat(complete.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
        assertThat(complete.getLength()).isEqualTo(5);
        assertThat(complete.getOpen().getPurpose()).isEqualTo("batch");
    }

    @Test
    void shouldWaitForWhatIsMissingAfterTheLengthIsDeclared() {
        UploadState open = changed(UploadReassembly.open(null, UploadOpen.getDefaultInstance(), 0));

        UploadState declared = changed(UploadReassembly.complete(
                open, pieces, UploadComplete.newBuilder().setLength(5).build(), 1));
        UploadState complete = changed(UploadReassembly.bytes(declared, pieces, bytes(0, 5), 2));

        assertThat(declared.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
        assertThat(complete.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
    }

    @Test
    void shouldRefuseALengthThatContradictsWhatIsThere() {
        UploadState open = changed(UploadReassembly.open(null, UploadOpen.getDefaultInstance(), 0));
        Changed island = (Changed) UploadReassembly.bytes(open, pieces, bytes(100, 5), 1);
        pieces.add(island.pieces());

        assertThat(UploadReassembly.complete(
                        island.state(),
                        pieces,
                        UploadComplete.newBuilder().setLength(50).build(),
                        2))
                .isInstanceOf(Refused.class);
        assertThat(UploadReassembly.complete(island.state(), pieces, UploadComplete.getDefaultInstance(), 2))
                .isInstanceOf(Refused.class);
        assertThat(UploadReassembly.complete(
                        open(10),
                        pieces,
                        UploadComplete.newBuilder().setLength(11).build(),
                        2))
                .isInstanceOf(Refused.class);
    }

    @Test
    void shouldCancelFilesToo() {
        UploadState file = changed(UploadReassembly.bytes(open(5), pieces, bytes(0, 5), 1));

        UploadState cancelled = changed(UploadReassembly.cancel(file, UploadCancel.getDefaultInstance(), 7));

        assertThat(cancelled.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_CANCELLED);
        assertThat(cancelled.getEndedAtMs()).isEqualTo(7);
        assertThat(UploadReassembly.cancel(cancelled, UploadCancel.getDefaultInstance(), 8))
                .isEqualTo(new Ignored(Reason.ENDED));
        assertThat(UploadReassembly.cancel(null, UploadCancel.getDefaultInstance(), 8))
                .isEqualTo(new Ignored(Reason.UNKNOWN));
    }

    @Test
    void shouldNotMindTheFirstChunkComingAgainInTheMiddle() {
        UploadState begun = changed(UploadReassembly.bytes(open(20), pieces, bytes(0, 10), 1));
        UploadState grown = changed(UploadReassembly.bytes(begun, pieces, bytes(10, 5), 2));

        assertThat(UploadReassembly.bytes(grown, pieces, bytes(0, 10), 3)).isEqualTo(new Ignored(Reason.REPEATED));
        UploadState later = changed(UploadReassembly.bytes(grown, pieces, bytes(5, 12), 4));
        assertThat(later.getContiguous()).isEqualTo(17);
        assertThat(later.getFirstRecord()).isEqualTo(begun.getFirstRecord());
    }

    @Test
    void shouldHaveOneTerminalStateOfLastChunkExpiryAndDelete() {
        UploadCancel expiry = cancel(CancelCause.CANCEL_CAUSE_EXPIRED);
        UploadState file = changed(UploadReassembly.bytes(open(5), pieces, bytes(0, 5), 1));
        UploadState expired = changed(UploadReassembly.cancel(open(5), expiry, 1));

        assertThat(UploadReassembly.cancel(file, expiry, 2)).isEqualTo(new Ignored(Reason.ENDED));
        assertThat(UploadReassembly.cancel(file, cancel(CancelCause.CANCEL_CAUSE_UNREADABLE), 2))
                .isEqualTo(new Ignored(Reason.ENDED));
        assertThat(expired.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_EXPIRED);
        assertThat(UploadReassembly.bytes(expired, pieces, bytes(0, 5), 2)).isEqualTo(new Ignored(Reason.ENDED));
        assertThat(UploadReassembly.cancel(expired, UploadCancel.getDefaultInstance(), 2))
                .isEqualTo(new Ignored(Reason.ENDED));
    }

    @Test
    void shouldNotExpireWhatWasIdleWhenItWasLookedAtAndIsNotAnyMore() {
        UploadState idle = open(10);
        UploadCancel judged = cancel(CancelCause.CANCEL_CAUSE_EXPIRED).toBuilder()
                .setLastActivityMs(idle.getLastActivityMs())
                .build();
        UploadState busy = changed(UploadReassembly.bytes(idle, pieces, bytes(0, 5), 99));

        assertThat(UploadReassembly.cancel(busy, judged, 100)).isEqualTo(new Ignored(Reason.ENDED));
        assertThat(changed(UploadReassembly.cancel(idle, judged, 100)).getStatus())
                .isEqualTo(UploadStatus.UPLOAD_STATUS_EXPIRED);
    }

    @Test
    void shouldEndAPartThatOthersNeedOnlyAfterItsSecondLifetime() {
        UploadOpen part =
                UploadOpen.newBuilder().setCreatedAtMs(100).setExpiresAtMs(150).build();
        UploadState pinned = changed(UploadReassembly.open(null, part, 100)).toBuilder()
                .setPinned(true)
                .build();
        UploadCancel expiry = cancel(CancelCause.CANCEL_CAUSE_EXPIRED);

        assertThat(UploadReassembly.cancel(pinned, expiry, 199)).isEqualTo(new Ignored(Reason.PINNED));
        assertThat(UploadReassembly.cancel(pinned, UploadCancel.getDefaultInstance(), 200))
                .isEqualTo(new Ignored(Reason.PINNED));
        assertThat(changed(UploadReassembly.cancel(pinned, expiry, 200)).getStatus())
                .isEqualTo(UploadStatus.UPLOAD_STATUS_EXPIRED);
    }

    private static UploadCancel cancel(CancelCause cause) {
        return UploadCancel.newBuilder().setCause(cause).build();
    }

    private static UploadState open(long length) {
        return changed(UploadReassembly.open(
                null, UploadOpen.newBuilder().setLength(length).build(), 0));
    }

    private static UploadState changed(Decision decision) {
        assertThat(decision).isInstanceOf(Changed.class);
        return ((Changed) decision).state();
    }

    private static ChunkRecord.Bytes bytes(long position, int length) {
        return new ChunkRecord.Bytes("default", "file", position, length, 0, 0);
    }
}
