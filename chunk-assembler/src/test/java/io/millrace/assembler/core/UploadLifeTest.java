package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.junit.jupiter.api.Test;

final class UploadLifeTest {
    private final UploadLife life = new UploadLife(100, 200, 10_000);

    @Test
    void shouldExpireWhatIsIdleOrTooOldButNotWhatIsComplete() {
        UploadState.Builder open = open().setLastActivityMs(1000);

        assertThat(life.due(open.build(), 0, 1099)).isEmpty();
        assertThat(life.due(open.build(), 0, 1100)).hasValueSatisfying(due -> {
            assertThat(due.getCause()).isEqualTo(CancelCause.CANCEL_CAUSE_EXPIRED);
            assertThat(due.getLastActivityMs()).isEqualTo(1000);
        });
        open.getOpenBuilder().setExpiresAtMs(1050);
        assertThat(life.due(open.build(), 0, 1049)).isEmpty();
        assertThat(life.due(open.build(), 0, 1050))
                .map(UploadCancel::hasLastActivityMs)
                .contains(false);
        assertThat(life.due(open.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE).build(), 0, 99_999))
                .isEmpty();
    }

    @Test
    void shouldKeepPartsForASecondLifetimeAndWhatWaitsForThemForItsOwn() {
        UploadState.Builder part = open().setLastActivityMs(1000).setPinned(true);
        part.getOpenBuilder().setCreatedAtMs(1000).setExpiresAtMs(4000);
        UploadState.Builder composed = open().setLastActivityMs(1000);
        composed.getOpenBuilder().addParts("file");

        assertThat(life.due(part.build(), 0, 6999)).isEmpty();
        assertThat(life.due(part.build(), 0, 7000))
                .map(UploadCancel::getCause)
                .contains(CancelCause.CANCEL_CAUSE_EXPIRED);
        assertThat(life.due(composed.build(), 0, 5000)).isEmpty();
        composed.getOpenBuilder().setExpiresAtMs(1050);
        assertThat(life.due(composed.build(), 0, 5000))
                .map(UploadCancel::getCause)
                .contains(CancelCause.CANCEL_CAUSE_EXPIRED);
    }

    @Test
    void shouldEndAnOpenUploadWhoseFirstBytesAreNotKeptAnyMore() {
        UploadState open =
                open().setLastActivityMs(1000).setFirstRecord(7).setPinned(true).build();

        assertThat(life.due(open, 7, 1001)).isEmpty();
        assertThat(life.due(open, 8, 1001)).map(UploadCancel::getCause).contains(CancelCause.CANCEL_CAUSE_UNREADABLE);
        assertThat(life.due(open, 0, 11_000)).map(UploadCancel::getCause).contains(CancelCause.CANCEL_CAUSE_UNREADABLE);
    }

    @Test
    void shouldForgetFilesWithTheirBytesAndTheRestAfterTheGrace() {
        UploadState.Builder state = open().setCompletedAtMs(5).setEndedAtMs(9);

        assertThat(life.forgottenAt(state.build())).isEmpty();
        assertThat(life.forgottenAt(
                        state.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE).build()))
                .contains(10_005L);
        UploadState.Builder shortLived = UploadState.newBuilder(state.build());
        shortLived.getOpenBuilder().setCreatedAtMs(3).setFileLifetimeMs(60);
        assertThat(life.forgottenAt(shortLived.build())).contains(63L);
        assertThat(life.forgottenAt(
                        state.setStatus(UploadStatus.UPLOAD_STATUS_EXPIRED).build()))
                .contains(209L);
    }

    private static UploadState.Builder open() {
        return UploadState.newBuilder()
                .setOpen(UploadOpen.newBuilder().setUploadId("upload"))
                .setStatus(UploadStatus.UPLOAD_STATUS_OPEN);
    }
}
