package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.FileList;
import io.millrace.schemas.v1.TenantUsage;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tenant has, gathered from two instances. */
@KafkaTest(shared = false)
final class FilesIT {
    private static final int FILES = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;

    FilesIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void shouldListFilesOfAllInstancesPageByPageAndSayWhatIsOpen() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given: files that are created one after the other, every third for another purpose, and what is no file
            AssemblerFixture.Running one = assembler.start("one");
            AssemblerFixture.Running two = assembler.start("two");
            List<String> files = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                files.addFirst(file(assembler, i));
            }
            String part = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(
                    UploadOpen.newBuilder().setUploadId(part).setPartial(true).setLength(0)));
            String deleted = file(assembler, 50);
            assembler.write(ChunkRecords.cancel(deleted));
            assembler.write(ChunkRecords.open(ChunkRecords.uploadId(), 1000));
            String growing = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(UploadOpen.newBuilder().setUploadId(growing)));
            RecordMetadata last = assembler.write(ChunkRecords.data(growing, 0, new byte[30]));
            assembler.state(one, growing, last);

            // then
            Eventually.check(() -> ids(list(assembler, two, "")).equals(files), "all files are listed");
            FileList page = list(assembler, one, "?limit=5");
            assertThat(ids(page)).isEqualTo(files.subList(0, 5));
            assertThat(page.getMore()).isTrue();
            FileList rest = list(assembler, two, "?limit=7&after=" + files.get(4));
            assertThat(ids(rest)).isEqualTo(files.subList(5, FILES));
            assertThat(rest.getMore()).isFalse();
            assertThat(ids(list(assembler, one, "?order=asc&limit=3&after=" + files.getLast())))
                    .isEqualTo(files.reversed().subList(1, 4));
            assertThat(ids(list(assembler, one, "?purpose=vision"))).hasSize(FILES / 3);
            for (AssemblerFixture.Running each : List.of(one, two)) {
                assertThat(TenantUsage.parseFrom(
                                assembler.get(each, "/internal/v1/usage").body()))
                        .isEqualTo(TenantUsage.newBuilder()
                                .setOpenUploads(2)
                                .setOpenBytes(1030)
                                .setOpenUploadsOfAll(2)
                                .setOpenBytesOfAll(1030)
                                .build());
            }
            assertThat(assembler
                            .get(one, "/internal/v1/files?after=" + ChunkRecords.uploadId())
                            .statusCode())
                    .isEqualTo(404);
            assertThat(assembler.get(one, "/internal/v1/files?limit=-1").statusCode())
                    .isEqualTo(400);

            // when: one instance is gone, all is said by the other one, and until then nothing
            assembler.stop(two);
            Eventually.check(
                    () -> {
                        var answer = assembler.get(one, "/internal/v1/files");
                        assertThat(answer.statusCode()).isIn(200, 503);
                        return answer.statusCode() == 200
                                && ids(FileList.parseFrom(answer.body())).equals(files);
                    },
                    "the other instance lists all");
        }
    }

    private static String file(AssemblerFixture assembler, int createdAt) throws Exception {
        String id = ChunkRecords.uploadId();
        assembler.write(ChunkRecords.open(UploadOpen.newBuilder()
                .setUploadId(id)
                .setLength(0)
                .setPurpose(createdAt % 3 == 0 ? "vision" : "batch")
                .setCreatedAtMs(1000L + createdAt)));
        return id;
    }

    private static FileList list(AssemblerFixture assembler, AssemblerFixture.Running asked, String query)
            throws Exception {
        var answer = assembler.get(asked, "/internal/v1/files" + query);
        return answer.statusCode() == 200 ? FileList.parseFrom(answer.body()) : FileList.getDefaultInstance();
    }

    private static List<String> ids(FileList list) {
        return list.getFilesList().stream()
                .map(UploadState::getOpen)
                .map(UploadOpen::getUploadId)
                .toList();
    }
}
