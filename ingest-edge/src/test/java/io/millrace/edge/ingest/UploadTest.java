package io.millrace.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UploadTest {
    @Test
    void shouldExpireAsAnUploadByItsOwnTimeAndAsAFileByTheOneThatItsClientGave() {
        UploadState.Builder state = UploadState.newBuilder()
                .setOpen(UploadOpen.newBuilder()
                        .setCreatedAtMs(1000)
                        .setExpiresAtMs(1100)
                        .setFileLifetimeMs(500))
                .setStatus(UploadStatus.UPLOAD_STATUS_OPEN);
        assertThat(expired(state, 1099)).isFalse();
        assertThat(expired(state, 1100)).isTrue();
        assertThat(expired(state.setPinned(true), 1199)).isFalse();
        assertThat(expired(state, 1200)).isTrue();

        state.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE);
        assertThat(expired(state, 1499)).isFalse();
        assertThat(expired(state, 1500)).isTrue();
        state.getOpenBuilder().clearFileLifetimeMs();
        assertThat(expired(state, 99_999)).isFalse();
    }

    private static boolean expired(UploadState.Builder state, long nowMs) {
        return Upload.of(state.build()).expired(Instant.ofEpochMilli(nowMs));
    }
}
