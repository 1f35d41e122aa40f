package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvisionalAppendTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final String upload = ChunkRecords.uploadId();

    @Test
    void shouldCountProvisionalBytesOnlyFromTheirCommitOnAndNeverThoseOfAWrongAppend() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given: a body that does not match its checksum, then the right one, with a part that is there already
            byte[] content = ChunkRecords.lines(2).getBytes(StandardCharsets.UTF_8);
            driver.pipe(ChunkRecords.open(upload, content.length));
            driver.pipe(ChunkRecords.provisional(upload, 0, new byte[content.length - 20], "wrong"));
            driver.pipe(ChunkRecords.data(upload, 0, part(content, 0, 10)));
            driver.pipe(ChunkRecords.provisional(upload, 0, part(content, 0, 30), "right"));
            driver.pipe(ChunkRecords.provisional(upload, 30, part(content, 30, content.length), "right"));
            assertThat(state(driver).getContiguous()).isEqualTo(10);
            assertThat(driver.entries(StateStores.PIECES)).isEqualTo(1);

            // when
            driver.pipe(ChunkRecords.commit(upload, "right"));

            // then
            assertThat(state(driver).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
            driver.pipe(ChunkRecords.commit(upload, "wrong"));
            driver.pipe(ChunkRecords.expand(upload, ChunkRecords.jobId()));
            driver.eventsToTheEnd();
            assertThat(driver.requests(Lane.BATCH))
                    .extracting(InferenceRequest::getCustomId)
                    .containsExactly("c0", "c1");
            assertThat(driver.deadLetters()).isEmpty();
            driver.turnUntil(() -> driver.entries(StateStores.PROVISIONAL) == 0, "what never counted is forgotten");
        }
    }

    @Test
    void shouldGoOnBehindACommitAndForgetWhatWaitsWhenTheUploadIsGone() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.open(upload, 100));
            driver.pipe(ChunkRecords.provisional(upload, 0, new byte[40], "one"));
            driver.pipe(ChunkRecords.provisional(upload, 0, new byte[35], "never committed"));
            driver.pipe(ChunkRecords.provisional(upload, 40, new byte[40], "two"));
            driver.pipe(ChunkRecords.commit(upload, "unknown"));
            assertThat(state(driver).getContiguous()).isZero();

            // when
            driver.pipe(ChunkRecords.commit(upload, "one"));

            // then
            assertThat(state(driver).getContiguous()).isEqualTo(40);
            assertThat(state(driver).getProvisional()).isEqualTo(1);
            driver.pipe(ChunkRecords.cancel(upload));
            driver.pipe(ChunkRecords.commit(upload, "two"));
            assertThat(state(driver).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_CANCELLED);
            driver.turnUntil(
                    () -> driver.entries(StateStores.PROVISIONAL) + driver.entries(StateStores.PIECES) == 0,
                    "nothing is left of it");
        }
    }

    @Test
    void shouldKeepOnlySoManyOfOneUpload() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.open(upload, ProvisionalStore.MOST));
            for (int i = 0; i < ProvisionalStore.MOST; i++) {
                driver.pipe(ChunkRecords.provisional(upload, 0, new byte[1], "given up " + i));
            }

            // when
            driver.pipe(ChunkRecords.provisional(upload, 0, new byte[2], "last"));
            assertThat(driver.entries(StateStores.PROVISIONAL)).isEqualTo(ProvisionalStore.MOST);
            driver.pipe(ChunkRecords.commit(upload, "last"));

            // then
            assertThat(state(driver).getContiguous()).isEqualTo(2);
            assertThat(driver.entries(StateStores.PROVISIONAL)).isZero();
        }
    }

    private UploadState state(AssemblerDriver driver) {
        return Objects.requireNonNull(driver.upload(upload));
    }

    private static byte[] part(byte[] content, int from, int to) {
        return Arrays.copyOfRange(content, from, to);
    }
}
