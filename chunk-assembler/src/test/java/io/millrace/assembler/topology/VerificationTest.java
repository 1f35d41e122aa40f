package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerificationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final String upload = ChunkRecords.uploadId();
    private final byte[] content = ChunkRecords.lines(3).getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldBecomeAFileOnlyWhenItsContentHasItsDigest() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(upload)
                    .setSha256(digest("SHA-256"))
                    .setJob(JobParameters.newBuilder()
                            .setEndpoint(ChunkRecords.ENDPOINT)
                            .setCompletionWindowMs(60_000))));
            for (int at = 0; at < content.length; at += 50) {
                byte[] piece = Arrays.copyOfRange(content, at, Math.min(content.length, at + 50));
                driver.pipe(ChunkRecords.data(upload, at, piece));
            }

            // when
            driver.pipe(completion(UploadComplete.newBuilder().setMd5(digest("MD5"))));

            // then
            assertThat(state(driver).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_VERIFYING);
            assertThat(driver.events()).isEmpty();
            turnUntilSettled(driver);
            assertThat(state(driver).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
            driver.eventsToTheEnd();
            assertThat(driver.requests(Lane.BATCH)).hasSize(3);
        }
    }

    @Test
    void shouldFailWhenTheContentHasAnotherDigest() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.file(upload, "other content", 4).getFirst());
            driver.pipe(ChunkRecords.data(upload, 0, "other conten".getBytes(StandardCharsets.UTF_8)));

            // when: the last byte comes after the digest
            driver.pipe(completion(UploadComplete.newBuilder().setSha256(digest("SHA-256"))));
            driver.pipe(ChunkRecords.data(upload, 12, new byte[1]));
            turnUntilSettled(driver);

            // then
            assertThat(state(driver).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_FAILED);
            assertThat(state(driver).getFailure().getCode()).isEqualTo("checksum_mismatch");
            driver.turnUntil(() -> driver.entries(StateStores.PIECES) == 0, "its pieces are forgotten");
        }
    }

    @Test
    void shouldFailWhenTheContentIsGoneBeforeItIsVerified() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(upload)
                    .setLength(content.length)
                    .setSha256(digest("SHA-256"))));
            driver.loseFrom(0);
            driver.pipe(ChunkRecords.data(upload, 0, content));
            turnUntilSettled(driver);

            assertThat(state(driver).getFailure().getCode()).isEqualTo("file_unreadable");
        }
    }

    private void turnUntilSettled(AssemblerDriver driver) {
        driver.turnUntil(
                () -> state(driver).getStatus() != UploadStatus.UPLOAD_STATUS_VERIFYING, "the upload is verified");
    }

    private UploadState state(AssemblerDriver driver) {
        return Objects.requireNonNull(driver.upload(upload));
    }

    private ProducerRecord<byte[], byte[]> completion(UploadComplete.Builder said) {
        return ChunkRecords.control(
                upload,
                RecordKind.COMPLETE,
                said.setTenant(Tenant.DEFAULT).setUploadId(upload).build());
    }

    private ByteString digest(String algorithm) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
