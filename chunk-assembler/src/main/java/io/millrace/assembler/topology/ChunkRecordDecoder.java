package io.millrace.assembler.topology;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.millrace.assembler.core.ChunkRecord;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.ReleasePart;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of the chunk topic and checks everything that can be checked without its upload's state; producers may
 * write there directly, so nothing is believed.
 */
final class ChunkRecordDecoder {
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    /** Far beyond any upload, and far from an overflow. */
    private static final long LARGEST_POSITION = 1L << 60;

    private static final int LONGEST_APPEND_ID = 64;
    private static final Set<RecordKind> AMONG_LINKS = EnumSet.of(RecordKind.PART_COMPLETE, RecordKind.RELEASE_PART);
    private static final int MOST_PARTS = 1000;
    private static final int SHA256_BYTES = 32;
    private static final int MD5_BYTES = 16;

    private ChunkRecordDecoder() {}

    /**
     * The record, valid in itself.
     *
     * @throws MillraceException if it is not; the message says what is wrong
     */
    static ChunkRecord decode(Record<byte @Nullable [], byte @Nullable []> record, RecordMetadata at) {
        Headers headers = record.headers();
        String tenant = ChunkHeaders.requiredText(headers, ChunkHeaders.TENANT);
        check(TENANT.matcher(tenant).matches(), "header " + ChunkHeaders.TENANT + " is no name of a tenant");
        String uploadId = uploadId(record.key());
        byte @Nullable [] value = record.value();
        if (value == null) {
            throw invalid("the record has no value");
        }
        RecordKind kind = kind(headers);
        boolean amongLinks = at.topic().equals(Topics.LINKS);
        check(
                kind == RecordKind.LINK || amongLinks == AMONG_LINKS.contains(kind),
                "records of this kind do not belong in this topic");
        ChunkRecord decoded = switch (kind) {
            case DATA -> bytes(tenant, uploadId, headers, value, at);
            case OPEN ->
                open(parse(UploadOpen.parser(), value).toBuilder()
                        .setTraceparent(Traceparent.of(headers))
                        .build());
            case COMPLETE -> complete(parse(UploadComplete.parser(), value));
            case CANCEL -> new ChunkRecord.Cancel(parse(UploadCancel.parser(), value));
            case EXPAND ->
                expand(parse(ExpandFile.parser(), value).toBuilder()
                        .setTraceparent(Traceparent.of(headers))
                        .build());
            case COMMIT_APPEND -> commit(parse(CommitAppend.parser(), value));
            case LINK -> link(parse(LinkPart.parser(), value));
            case PART_COMPLETE -> new ChunkRecord.Part(parse(PartComplete.parser(), value));
            case RELEASE_PART -> new ChunkRecord.Release(parse(ReleasePart.parser(), value));
        };
        check(decoded.tenant().equals(tenant), "header " + ChunkHeaders.TENANT + " and the message name two tenants");
        check(decoded.uploadId().equals(uploadId), "the key and the message name two uploads");
        return decoded;
    }

    private static String uploadId(byte @Nullable [] key) {
        if (key == null) {
            throw invalid("the record has no key");
        }
        String uploadId = new String(key, StandardCharsets.UTF_8);
        check(Ids.isValid(Ids.FILE, uploadId), "the key is no upload id");
        return uploadId;
    }

    private static RecordKind kind(Headers headers) {
        String kind = ChunkHeaders.requiredText(headers, ChunkHeaders.KIND);
        return RecordKind.fromHeader(kind)
                .orElseThrow(() -> invalid("header " + ChunkHeaders.KIND + " has no such value: '" + kind + "'"));
    }

    private static ChunkRecord bytes(String tenant, String uploadId, Headers headers, byte[] value, RecordMetadata at) {
        long position = ChunkHeaders.number(headers, ChunkHeaders.OFFSET)
                .orElseThrow(() -> invalid("header " + ChunkHeaders.OFFSET + " is missing"));
        check(position <= LARGEST_POSITION, "header " + ChunkHeaders.OFFSET + " is too large");
        long actual = crc32c(value);
        if (ChunkHeaders.number(headers, ChunkHeaders.CRC32C).orElse(actual) != actual) {
            throw new MillraceException(
                    ErrorCode.CHECKSUM_MISMATCH, "header " + ChunkHeaders.CRC32C + " does not match the value");
        }
        ChunkRecord.Bytes bytes =
                new ChunkRecord.Bytes(tenant, uploadId, position, value.length, at.partition(), at.offset());
        OptionalLong sequence = upTo(LARGEST_POSITION, headers, ChunkHeaders.SEQUENCE);
        OptionalLong firstLine = upTo(LARGEST_POSITION, headers, ChunkHeaders.FIRST_LINE);
        check(firstLine.orElse(1) > 0, "header " + ChunkHeaders.FIRST_LINE + " counts from 1");
        Optional<String> append = ChunkHeaders.text(headers, ChunkHeaders.APPEND);
        append.ifPresent(ChunkRecordDecoder::checkAppend);
        if (sequence.isEmpty() && firstLine.isEmpty()) {
            return append.<ChunkRecord>map(id -> new ChunkRecord.Provisional(id, bytes))
                    .orElse(bytes);
        }
        check(append.isEmpty(), "a chunk with a number or a first line cannot wait for a commit");
        return new ChunkRecord.Numbered(bytes, sequence, firstLine, (int) actual);
    }

    private static OptionalLong upTo(long most, Headers headers, String name) {
        Optional<Long> number = ChunkHeaders.number(headers, name);
        check(number.orElse(0L) <= most, "header " + name + " is too large");
        return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private static ChunkRecord commit(CommitAppend commit) {
        checkAppend(commit.getAppendId());
        return new ChunkRecord.Commit(commit);
    }

    private static void checkAppend(String id) {
        check(!id.isEmpty() && id.length() <= LONGEST_APPEND_ID, "an append's id has 1 to 64 characters");
    }

    private static ChunkRecord open(UploadOpen open) {
        check(!open.hasLength() || (open.getLength() >= 0 && open.getLength() <= LARGEST_POSITION), "bad length");
        checkDigest(open.getSha256(), SHA256_BYTES);
        checkParts(open.getPartsList(), open.getUploadId());
        check(!open.getPartial() || open.getPartsCount() == 0, "a composed upload cannot be a part");
        if (open.hasJob()) {
            check(!open.getJob().getEndpoint().isEmpty(), "the job has no endpoint");
            check(open.getJob().getCompletionWindowMs() > 0, "the job's completion window must be positive");
        }
        return new ChunkRecord.Open(open);
    }

    private static ChunkRecord complete(UploadComplete complete) {
        check(
                !complete.hasLength() || (complete.getLength() >= 0 && complete.getLength() <= LARGEST_POSITION),
                "bad length");
        checkDigest(complete.getSha256(), SHA256_BYTES);
        checkDigest(complete.getMd5(), MD5_BYTES);
        checkParts(complete.getPartsList(), complete.getUploadId());
        return new ChunkRecord.Complete(complete);
    }

    private static ChunkRecord link(LinkPart link) {
        checkParts(List.of(link.getComposedUploadId()), link.getPartUploadId());
        check(link.getIndex() >= 0 && link.getIndex() < MOST_PARTS, "index must be from 0 to " + (MOST_PARTS - 1));
        return new ChunkRecord.Link(link);
    }

    private static void checkParts(List<String> parts, String composed) {
        check(parts.size() <= MOST_PARTS, "an upload has at most " + MOST_PARTS + " parts");
        for (String part : parts) {
            check(Ids.isValid(Ids.FILE, part), "a part is no upload id");
            check(!part.equals(composed), "an upload cannot be a part of itself");
        }
    }

    private static void checkDigest(ByteString digest, int length) {
        check(digest.isEmpty() || digest.size() == length, "a digest has " + length + " bytes");
    }

    private static ChunkRecord expand(ExpandFile expand) {
        check(Ids.isValid(Ids.BATCH, expand.getJobId()), "job_id is no id of a job");
        check(!expand.getEndpoint().isEmpty(), "endpoint is missing");
        check(expand.getDeadlineMs() > 0, "deadline_ms is missing");
        return new ChunkRecord.Expand(expand);
    }

    private static long crc32c(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value);
        return crc.getValue();
    }

    private static <T extends Message> T parse(Parser<T> parser, byte[] value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the value is no message of this kind", e);
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw invalid(otherwise);
        }
    }

    private static MillraceException invalid(String message) {
        return new MillraceException(ErrorCode.INVALID_RECORD, message);
    }
}
