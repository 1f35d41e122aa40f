package io.millrace.assembler;

import com.google.protobuf.MessageLite;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.Priority;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Records of the chunk topic, as an edge writes them. */
public final class ChunkRecords {
    /** The one model that there is. */
    public static final String MODEL = "all-minilm-l6-v2";
    /** What it serves. */
    public static final String ENDPOINT = "/v1/embeddings";

    private ChunkRecords() {}

    /** A new upload's id. */
    public static String uploadId() {
        return Ids.create(Ids.FILE, 1_000);
    }

    /** A new job's id. */
    public static String jobId() {
        return Ids.create(Ids.BATCH, 1_000);
    }

    /** An upload of this length begins. */
    public static ProducerRecord<byte[], byte[]> open(String uploadId, long length) {
        return open(UploadOpen.newBuilder().setUploadId(uploadId).setLength(length));
    }

    /** An upload begins; the tenant is filled in. */
    public static ProducerRecord<byte[], byte[]> open(UploadOpen.Builder open) {
        return control(
                open.getUploadId(),
                RecordKind.OPEN,
                open.setTenant(Tenant.DEFAULT).build());
    }

    /** Bytes of an upload. */
    public static ProducerRecord<byte[], byte[]> data(String uploadId, long position, byte[] value) {
        ProducerRecord<byte[], byte[]> record = record(uploadId, RecordKind.DATA, value);
        ChunkHeaders.put(record.headers(), ChunkHeaders.OFFSET, Long.toString(position));
        return record;
    }

    /** A numbered chunk of an upload. */
    public static ProducerRecord<byte[], byte[]> chunk(String uploadId, long sequence, long position, byte[] value) {
        ProducerRecord<byte[], byte[]> record = data(uploadId, position, value);
        ChunkHeaders.put(record.headers(), ChunkHeaders.SEQUENCE, Long.toString(sequence));
        return record;
    }

    /** A numbered chunk of a record-aligned upload. */
    public static ProducerRecord<byte[], byte[]> lines(
            String uploadId, long sequence, long position, long firstLine, String lines) {
        ProducerRecord<byte[], byte[]> record =
                chunk(uploadId, sequence, position, lines.getBytes(StandardCharsets.UTF_8));
        ChunkHeaders.put(record.headers(), ChunkHeaders.FIRST_LINE, Long.toString(firstLine));
        return record;
    }

    /** An upload that consists of others begins. */
    public static ProducerRecord<byte[], byte[]> compose(String uploadId, List<String> parts) {
        return open(UploadOpen.newBuilder().setUploadId(uploadId).addAllParts(parts));
    }

    /** A part is to tell the composed upload of its completion. */
    public static ProducerRecord<byte[], byte[]> link(String part, String composed, int index) {
        return control(
                part,
                RecordKind.LINK,
                LinkPart.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setPartUploadId(part)
                        .setComposedUploadId(composed)
                        .setIndex(index)
                        .build());
    }

    /** Bytes of an upload that count only once their append is committed. */
    public static ProducerRecord<byte[], byte[]> provisional(
            String uploadId, long position, byte[] value, String appendId) {
        ProducerRecord<byte[], byte[]> record = data(uploadId, position, value);
        ChunkHeaders.put(record.headers(), ChunkHeaders.APPEND, appendId);
        return record;
    }

    /** The append's bytes count. */
    public static ProducerRecord<byte[], byte[]> commit(String uploadId, String appendId) {
        return control(
                uploadId,
                RecordKind.COMMIT_APPEND,
                CommitAppend.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(uploadId)
                        .setAppendId(appendId)
                        .build());
    }

    /** A whole file: its opening and its bytes, cut into pieces. */
    public static List<ProducerRecord<byte[], byte[]>> file(String uploadId, String content, int pieceLength) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(open(uploadId, bytes.length));
        for (int from = 0; from < bytes.length; from += pieceLength) {
            byte[] piece = new byte[Math.min(pieceLength, bytes.length - from)];
            System.arraycopy(bytes, from, piece, 0, piece.length);
            records.add(data(uploadId, from, piece));
        }
        return records;
    }

    /** The upload is gone. */
    public static ProducerRecord<byte[], byte[]> cancel(String uploadId) {
        return control(
                uploadId,
                RecordKind.CANCEL,
                UploadCancel.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(uploadId)
                        .build());
    }

    /** A job over a file. */
    public static ProducerRecord<byte[], byte[]> expand(String uploadId, String jobId) {
        return expand(uploadId, jobId, Priority.PRIORITY_BATCH);
    }

    /** A job over a file. */
    public static ProducerRecord<byte[], byte[]> expand(String uploadId, String jobId, Priority priority) {
        return control(
                uploadId,
                RecordKind.EXPAND,
                ExpandFile.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(uploadId)
                        .setJobId(jobId)
                        .setEndpoint(ENDPOINT)
                        .setPriority(priority)
                        .setDeadlineMs(99_000)
                        .build());
    }

    /** A control message. */
    public static ProducerRecord<byte[], byte[]> control(String uploadId, RecordKind kind, MessageLite message) {
        return record(uploadId, kind, message.toByteArray());
    }

    /** A record with the headers that each has. */
    public static ProducerRecord<byte[], byte[]> record(String uploadId, RecordKind kind, byte[] value) {
        Headers headers = new RecordHeaders();
        ChunkHeaders.put(headers, ChunkHeaders.KIND, kind.headerValue());
        ChunkHeaders.put(headers, ChunkHeaders.TENANT, Tenant.DEFAULT);
        return new ProducerRecord<>(
                Topics.CHUNKS, null, null, uploadId.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    /** A line that is a request. */
    public static String line(String customId) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":{\"model\":\"%s\",\"input\":\"text %s\"}}\n"
                .formatted(customId, ENDPOINT, MODEL, customId);
    }

    /** Lines that are requests, named {@code c0}, {@code c1} and so on. */
    public static String lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> line("c" + i)).collect(Collectors.joining());
    }
}
