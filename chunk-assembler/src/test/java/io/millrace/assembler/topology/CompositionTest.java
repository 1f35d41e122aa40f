package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompositionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final String upload = ChunkRecords.uploadId();
    private final String first = ChunkRecords.uploadId();
    private final String second = ChunkRecords.uploadId();

    @Test
    void shouldComposeAFileOfCompleteAndUnfinishedPartsHoweverOftenItIsAsked() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given: the cut lies within a line
            String content = ChunkRecords.lines(4);
            byte[] rest = content.substring(150).getBytes(StandardCharsets.UTF_8);
            driver.pipe(ChunkRecords.file(first, content.substring(0, 150), 40));
            driver.pipe(part(second));

            // when: its answer was lost, so it is asked for again, and its edge links once more
            for (int i = 0; i < 2; i++) {
                driver.pipe(ChunkRecords.compose(upload, List.of(first, second)));
                driver.pipe(ChunkRecords.link(second, upload, 1));
                driver.pipe(ChunkRecords.link(first, upload, 0));
            }
            assertThat(state(driver, upload).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
            assertThat(state(driver, upload).getPartsComplete()).isEqualTo(1);
            driver.pipe(ChunkRecords.data(second, 0, rest));
            driver.pipe(complete(second));

            // then
            driver.turnUntil(
                    () -> state(driver, upload).getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE, "it is one file");
            assertThat(state(driver, upload).getLength()).isEqualTo(content.length());
            driver.pipe(ChunkRecords.expand(upload, ChunkRecords.jobId()));
            driver.eventsToTheEnd();
            assertThat(driver.requests(Lane.BATCH))
                    .extracting(InferenceRequest::getCustomId)
                    .containsExactly("c0", "c1", "c2", "c3");
            driver.turnUntil(() -> driver.entries(StateStores.PARTS) == 0, "what it was made with is forgotten");
            assertThat(driver.deadLetters()).isEmpty();
        }
    }

    @Test
    void shouldKeepPartsThatSomethingIsComposedOfUntilThatIsGone() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(part(first));
            driver.pipe(ChunkRecords.compose(upload, List.of(first)));

            // when
            driver.pipe(ChunkRecords.cancel(first));

            // then
            assertThat(state(driver, first).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
            driver.pipe(ChunkRecords.cancel(upload));
            driver.pipe(ChunkRecords.cancel(first));
            assertThat(state(driver, first).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_CANCELLED);
        }
    }

    @Test
    void shouldFailWhenAPartIsGoneOrUnknownOrComposedItself() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(part(first));
            driver.pipe(ChunkRecords.cancel(first));
            assertThat(failureOf(driver, first)).isEqualTo("upload_gone: part 1 of 1: the upload is gone");
            driver.pipe(ChunkRecords.compose(upload, List.of(second)));
            driver.pipe(ChunkRecords.link(second, upload, 0));
            assertThat(state(driver, upload).getFailure().getCode()).isEqualTo("upload_not_found");
            assertThat(state(driver, upload).getFailure().getMessage())
                    .isEqualTo("part 1 of 1: there is no such upload");

            driver.pipe(ChunkRecords.file(second, "content", 3));
            String composed = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.compose(composed, List.of(second)));
            assertThat(failureOf(driver, composed))
                    .isEqualTo("invalid_request: part 1 of 1: a composed upload cannot be a part");
        }
    }

    @Test
    void shouldComposeWhoseverWordIsReadFirst() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given: an edge's link is read before the upload that it is for
            driver.pipe(ChunkRecords.file(first, "first, ", 3));
            driver.pipe(ChunkRecords.link(first, upload, 0));

            // when: the owner's link to the second part is read before that part
            driver.pipe(ChunkRecords.compose(upload, List.of(first, second)));
            assertThat(state(driver, upload).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
            driver.pipe(ChunkRecords.file(second, "then second", 3));

            // then
            driver.turnUntil(
                    () -> state(driver, upload).getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE, "it is one file");
            assertThat(state(driver, upload).getLength()).isEqualTo("first, then second".length());
        }
    }

    @Test
    void shouldComposeInTheOrderThatOnlyTheCompletionNames() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            String content = ChunkRecords.lines(2);
            driver.pipe(ChunkRecords.open(
                    UploadOpen.newBuilder().setUploadId(upload).setLength(content.length())));
            driver.pipe(ChunkRecords.file(second, content.substring(100), 30));
            driver.pipe(ChunkRecords.file(first, content.substring(0, 100), 30));

            // when
            ProducerRecord<byte[], byte[]> completion = ChunkRecords.control(
                    upload,
                    RecordKind.COMPLETE,
                    UploadComplete.newBuilder()
                            .setTenant(Tenant.DEFAULT)
                            .setUploadId(upload)
                            .addParts(first)
                            .addParts(second)
                            .build());
            driver.pipe(List.of(completion, completion));

            // then
            driver.turnUntil(
                    () -> state(driver, upload).getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE, "it is one file");
            driver.pipe(ChunkRecords.expand(upload, ChunkRecords.jobId()));
            driver.eventsToTheEnd();
            assertThat(driver.requests(Lane.BATCH))
                    .extracting(InferenceRequest::getCustomId)
                    .containsExactly("c0", "c1");
        }
    }

    @Test
    void shouldFailWhenThePartsAreNotAsLongAsTheWhole() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            driver.pipe(ChunkRecords.file(first, "content", 3));
            driver.pipe(ChunkRecords.open(
                    UploadOpen.newBuilder().setUploadId(upload).setLength(8).addParts(first)));

            driver.turnUntil(() -> state(driver, upload).getStatus() == UploadStatus.UPLOAD_STATUS_FAILED, "it fails");
            assertThat(state(driver, upload).getFailure().getCode()).isEqualTo("inconsistent_length");
        }
    }

    private static String failureOf(AssemblerDriver driver, String part) {
        String composed = ChunkRecords.uploadId();
        driver.pipe(ChunkRecords.compose(composed, List.of(part)));
        assertThat(state(driver, composed).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_FAILED);
        return state(driver, composed).getFailure().getCode() + ": "
                + state(driver, composed).getFailure().getMessage();
    }

    private static UploadState state(AssemblerDriver driver, String id) {
        return Objects.requireNonNull(driver.upload(id));
    }

    private static ProducerRecord<byte[], byte[]> part(String id) {
        return ChunkRecords.open(UploadOpen.newBuilder().setUploadId(id).setPartial(true));
    }

    private static ProducerRecord<byte[], byte[]> complete(String id) {
        return ChunkRecords.control(
                id,
                RecordKind.COMPLETE,
                UploadComplete.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(id)
                        .build());
    }
}
