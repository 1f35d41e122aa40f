package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.ManifestPage;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Composed and verified uploads with a real Kafka: parts in other partitions, owned by other instances. */
@KafkaTest(shared = false)
final class CompositionIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;

    CompositionIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void shouldComposeAndVerifyAFileOfPartsInAllPartitionsOfTwoInstances() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given: eight parts, one of them unfinished
            AssemblerFixture.Running one = assembler.start("one");
            AssemblerFixture.Running two = assembler.start("two");
            String content = ChunkRecords.lines(400);
            int partLength = content.length() / 8 + 1;
            List<String> parts = new ArrayList<>();
            for (int at = 0; at < content.length(); at += partLength) {
                String part = ChunkRecords.uploadId();
                assembler.write(ChunkRecords.open(
                        UploadOpen.newBuilder().setUploadId(part).setPartial(true)));
                String bytes = content.substring(at, Math.min(content.length(), at + partLength));
                assembler.write(ChunkRecords.data(part, 0, bytes.getBytes(StandardCharsets.UTF_8)));
                parts.add(part);
                if (parts.size() != 3) {
                    assembler.write(complete(part));
                }
            }

            // when
            String upload = ChunkRecords.uploadId();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            RecordMetadata opened = assembler.write(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(upload)
                    .addAllParts(parts)
                    .setSha256(ByteString.copyFrom(digest))));
            assertThat(assembler.state(one, upload, opened).getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
            assembler.write(complete(parts.get(2)));

            // then
            UploadState file = assembler.settled(two, upload, opened);
            assertThat(file.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
            assertThat(file.getLength()).isEqualTo(content.length());
            ManifestPage manifest = ManifestPage.parseFrom(
                    assembler.upload(one, upload + "/manifest").body());
            assertThat(manifest.getPiecesList())
                    .hasSize(8)
                    .extracting(ChunkReference::getPartition)
                    .contains(0, 1);
            String job = ChunkRecords.jobId();
            assembler.write(ChunkRecords.expand(upload, job));
            try (TopicReader<InferenceRequest> requests = TopicReader.requests(cluster, AssemblerFixture.LANE)) {
                assertThat(requests.until(read -> read.size() >= 400, "all lines"))
                        .hasSize(400);
            }
        }
    }

    @Test
    void shouldVerifyAgainAfterARestartAndSayWhatIsWrong() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given: it is stopped while it verifies, or before
            AssemblerFixture.Running first = assembler.start("one");
            String upload = ChunkRecords.uploadId();
            byte[] piece = new byte[200_000];
            assembler.write(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(upload)
                    .setLength(100L * piece.length)
                    .setSha256(ByteString.copyFrom(new byte[32]))));
            for (int i = 0; i < 99; i++) {
                assembler.write(ChunkRecords.data(upload, (long) i * piece.length, piece));
            }
            RecordMetadata last = assembler.write(ChunkRecords.data(upload, 99L * piece.length, piece));
            assembler.stop(first);

            // when
            AssemblerFixture.Running second = assembler.start("two");

            // then
            UploadState state = assembler.settled(second, upload, last);
            assertThat(state.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_FAILED);
            assertThat(state.getFailure().getCode()).isEqualTo("checksum_mismatch");
        }
    }

    private static ProducerRecord<byte[], byte[]> complete(String upload) {
        return ChunkRecords.control(
                upload,
                RecordKind.COMPLETE,
                UploadComplete.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(upload)
                        .build());
    }
}
