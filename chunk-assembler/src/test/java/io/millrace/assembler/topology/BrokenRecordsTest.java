package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.UploadState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokenRecordsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final String upload = ChunkRecords.uploadId();

    @Test
    void shouldSendWhatIsBrokenToTheDeadLettersAndGoOn() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given
            driver.pipe(ChunkRecords.open(upload, 10));
            byte[] value = new byte[5];
            ProducerRecord<byte[], byte[]> wrongSum = ChunkRecords.data(upload, 0, value);
            ChunkHeaders.put(wrongSum.headers(), ChunkHeaders.CRC32C, "1");
            ProducerRecord<byte[], byte[]> wrongTenant = ChunkRecords.data(upload, 0, value);
            wrongTenant.headers().remove(ChunkHeaders.TENANT);
            ChunkHeaders.put(wrongTenant.headers(), ChunkHeaders.TENANT, "other");
            ProducerRecord<byte[], byte[]> noOffset = ChunkRecords.record(upload, RecordKind.DATA, value);
            ProducerRecord<byte[], byte[]> noMessage = ChunkRecords.record(upload, RecordKind.OPEN, new byte[] {-1});
            ProducerRecord<byte[], byte[]> append =
                    ChunkRecords.control(upload, RecordKind.COMMIT_APPEND, CommitAppend.getDefaultInstance());

            // when
            driver.pipe(List.of(
                    wrongSum,
                    wrongTenant,
                    noOffset,
                    noMessage,
                    append,
                    ChunkRecords.data(upload, 6, value),
                    ChunkRecords.data(upload, Long.MAX_VALUE, value),
                    ChunkRecords.data("nonsense", 0, value),
                    ChunkRecords.data(ChunkRecords.uploadId(), 0, value),
                    new ProducerRecord<>("chunks", value),
                    ChunkRecords.data(upload, 0, value)));

            // then
            List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
            assertThat(letters)
                    .extracting(letter -> header(letter, "millrace-cause-code"))
                    .containsExactly(
                            "checksum_mismatch",
                            "upload_not_found",
                            "invalid_record",
                            "invalid_record",
                            "invalid_record",
                            "upload_too_large",
                            "invalid_record",
                            "invalid_record",
                            "upload_not_found",
                            "invalid_record");
            assertThat(letters.getFirst().getValue()).isEqualTo(value);
            assertThat(header(letters.getFirst(), "millrace-source-offset")).isEqualTo("1");
            assertThat(header(letters.getFirst(), ChunkHeaders.CRC32C)).isEqualTo("1");
            assertThat(driver.upload(upload))
                    .extracting(UploadState::getContiguous)
                    .isEqualTo(5L);
            assertThat(driver.entries(StateStores.PIECES)).isEqualTo(1);
        }
    }

    @Test
    void shouldLeaveAValueOutOfADeadLetterThatCouldNotCarryIt() {
        try (AssemblerDriver driver = new AssemblerDriver(folder, "assembler.max_record_size=1MiB")) {
            driver.pipe(ChunkRecords.data(upload, 0, new byte[1 << 20]));

            TestRecord<byte[], byte[]> letter = driver.deadLetters().getFirst();
            assertThat(letter.value()).isNull();
            assertThat(header(letter, "millrace-value-omitted")).isEqualTo(Integer.toString(1 << 20));
        }
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
