package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of uploads, by the wall clock and by the topic's retention. */
@KafkaTest(shared = false)
final class LifeIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;

    LifeIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void shouldExpireByTheWallClockOnAnIdlePartitionAndForgetAfterTheGrace() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given: nothing comes any more in any partition
            AssemblerFixture.Running running = assembler.start(
                    "one",
                    "assembler.life.idle_expiry=1s",
                    "assembler.life.grace=3s",
                    "assembler.life.sweep_interval=200ms");
            String idle = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(idle, 100));
            RecordMetadata last = assembler.write(ChunkRecords.data(idle, 0, new byte[10]));
            String old = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(old)
                    .setLength(5)
                    .setExpiresAtMs(System.currentTimeMillis() - 1)));

            // then
            Eventually.check(() -> isOver(assembler.upload(running, old)), "the old one has expired");
            Eventually.check(() -> isOver(assembler.upload(running, idle)), "the idle one has expired");
            assembler.write(ChunkRecords.data(idle, 10, new byte[90]));
            assertThat(isOver(assembler.upload(
                            running, idle + "?partition=" + last.partition() + "&seen=" + (last.offset() + 1))))
                    .isTrue();
            Eventually.check(
                    () -> assembler.upload(running, idle).statusCode() == 404
                            && assembler.upload(running, old).statusCode() == 404,
                    "they are forgotten");
        }
    }

    private static boolean isOver(HttpResponse<byte[]> answer) throws Exception {
        return answer.statusCode() == 200
                && UploadState.parseFrom(answer.body()).getStatus() == UploadStatus.UPLOAD_STATUS_EXPIRED;
    }

    @Test
    void shouldFailAnOpenUploadWhenTheTopicsRetentionHasPassedItsFirstBytes() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given
            AssemblerFixture.Running running = assembler.start("one", "assembler.life.sweep_interval=200ms");
            String upload = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(upload, 100));
            RecordMetadata first = assembler.write(ChunkRecords.data(upload, 0, new byte[10]));
            RecordMetadata second = assembler.write(ChunkRecords.data(upload, 10, new byte[10]));
            assertThat(assembler.state(running, upload, second).getContiguous()).isEqualTo(20);

            // when
            try (Admin admin = Admin.create(cluster.clientConfig(Map.of()))) {
                admin.deleteRecords(Map.of(
                                new TopicPartition(Topics.CHUNKS, first.partition()),
                                RecordsToDelete.beforeOffset(second.offset())))
                        .all()
                        .get();
            }

            // then
            Eventually.check(
                    () -> assembler.state(running, upload, second).getStatus() == UploadStatus.UPLOAD_STATUS_FAILED,
                    "the upload has failed");
            assertThat(assembler.state(running, upload, second).getFailure().getCode())
                    .isEqualTo("file_unreadable");
        }
    }
}
