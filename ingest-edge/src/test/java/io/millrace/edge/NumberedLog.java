package io.millrace.edge;

import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.SequenceRange;
import io.millrace.schemas.v1.UploadSequences;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What an assembler would say of the numbers of a native upload's chunks. */
final class NumberedLog {
    private NumberedLog() {}

    static Optional<UploadSequences> of(ChunkLog log, String uploadId) {
        return log.state(uploadId).map(state -> found(log, uploadId, state));
    }

    private static UploadSequences found(ChunkLog log, String uploadId, UploadState state) {
        UploadState.Builder known = state.toBuilder();
        TreeMap<Long, String> numbers = new TreeMap<>();
        long covered = 0;
        for (ConsumerRecord<byte[], byte[]> chunk : log.records(uploadId)) {
            Optional<Long> number = ChunkHeaders.number(chunk.headers(), ChunkHeaders.SEQUENCE);
            if (number.isEmpty()) {
                continue;
            }
            String crc = ChunkHeaders.requiredText(chunk.headers(), ChunkHeaders.CRC32C);
            String before = numbers.putIfAbsent(number.get(), crc);
            if (before == null) {
                covered += chunk.value().length;
            } else if (!before.equals(crc)) {
                known.setStatus(UploadStatus.UPLOAD_STATUS_FAILED)
                        .setFailure(
                                Failure.newBuilder().setCode("upload_conflict").setMessage("other bytes"));
            }
        }
        return numbered(numbers, known.setCovered(covered).build());
    }

    private static UploadSequences numbered(SortedMap<Long, String> numbers, UploadState state) {
        UploadSequences.Builder found = UploadSequences.newBuilder().setState(state);
        long end = 0;
        for (long number : numbers.keySet()) {
            if (number > end) {
                found.addMissing(SequenceRange.newBuilder().setFrom(end).setTo(number));
            }
            end = number + 1;
        }
        long next = found.getMissingCount() > 0 ? found.getMissing(0).getFrom() : end;
        return found.setNext(next).setEnd(end).build();
    }
}
