package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The chunk topic as it stands, read from its beginning, and what it says of one upload when its records come in order. */
final class ChunkLog {
    private final KafkaCluster kafka;

    ChunkLog(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    /** All records of an upload. */
    List<ConsumerRecord<byte[], byte[]>> records(String uploadId) {
        byte[] key = uploadId.getBytes(StandardCharsets.UTF_8);
        return TopicReader.all(kafka, Topics.CHUNKS).stream()
                .filter(chunk -> Arrays.equals(chunk.key(), key))
                .toList();
    }

    static RecordKind kind(ConsumerRecord<byte[], byte[]> chunk) {
        return RecordKind.fromHeader(ChunkHeaders.requiredText(chunk.headers(), ChunkHeaders.KIND))
                .orElseThrow();
    }

    /** The sizes of an upload's data records, each checked against its checksum. */
    List<Integer> pieceSizes(String uploadId) {
        List<Integer> sizes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
            if (kind(chunk) == RecordKind.DATA) {
                CRC32C checksum = new CRC32C();
                checksum.update(chunk.value());
                assertThat(ChunkHeaders.number(chunk.headers(), ChunkHeaders.CRC32C))
                        .contains(checksum.getValue());
                sizes.add(chunk.value().length);
            }
        }
        return sizes;
    }

    /** The bytes of an upload. */
    byte[] content(String uploadId) {
        byte[] content = new byte[0];
        for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
            if (kind(chunk) == RecordKind.DATA) {
                int offset = (int) offset(chunk);
                content = Arrays.copyOf(content, Math.max(content.length, offset + chunk.value().length));
                System.arraycopy(chunk.value(), 0, content, offset, chunk.value().length);
            }
        }
        return content;
    }

    /** What an assembler would say. */
    Optional<UploadState> state(String uploadId) {
        UploadState.Builder state = UploadState.newBuilder();
        try {
            for (ConsumerRecord<byte[], byte[]> chunk : records(uploadId)) {
                apply(state, chunk);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("unreadable record of " + uploadId, e);
        }
        return state.hasOpen() ? Optional.of(state.build()) : Optional.empty();
    }

    private static void apply(UploadState.Builder state, ConsumerRecord<byte[], byte[]> chunk)
            throws InvalidProtocolBufferException {
        switch (kind(chunk)) {
            case OPEN -> {
                UploadOpen open = UploadOpen.parseFrom(chunk.value());
                state.setOpen(open).setStatus(UploadStatus.UPLOAD_STATUS_OPEN);
                if (open.hasLength()) {
                    state.setLength(open.getLength());
                }
            }
            case DATA -> state.setContiguous(Math.max(state.getContiguous(), offset(chunk) + chunk.value().length));
            case COMPLETE -> {
                UploadComplete complete = UploadComplete.parseFrom(chunk.value());
                state.setLength(complete.getLength()).getOpenBuilder().setPurpose(complete.getPurpose());
            }
            case CANCEL -> state.setStatus(UploadStatus.UPLOAD_STATUS_CANCELLED);
            case COMMIT_APPEND, LINK, EXPAND, PART_COMPLETE, RELEASE_PART -> {
                // Of no consequence here.
            }
        }
        if (state.getStatus() == UploadStatus.UPLOAD_STATUS_OPEN
                && state.hasLength()
                && state.getContiguous() == state.getLength()) {
            state.setStatus(UploadStatus.UPLOAD_STATUS_COMPLETE);
        }
    }

    private static long offset(ConsumerRecord<byte[], byte[]> chunk) {
        return ChunkHeaders.number(chunk.headers(), ChunkHeaders.OFFSET).orElseThrow();
    }
}
