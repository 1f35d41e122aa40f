package io.millrace.assembler.core;

import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.ReleasePart;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import java.util.OptionalLong;

/** A record of the chunk topic, valid in itself; whether it fits its upload is {@link UploadReassembly}'s question. */
public sealed interface ChunkRecord {
    /** Who owns the upload. */
    default String tenant() {
        return switch (this) {
            case Bytes bytes -> bytes.tenant();
            case Numbered numbered -> numbered.bytes().tenant();
            case Provisional provisional -> provisional.bytes().tenant();
            case Commit commit -> commit.message().getTenant();
            case Open open -> open.message().getTenant();
            case Complete complete -> complete.message().getTenant();
            case Cancel cancel -> cancel.message().getTenant();
            case Expand expand -> expand.message().getTenant();
            case Link link -> link.message().getTenant();
            case Part part -> part.message().getTenant();
            case Release release -> release.message().getTenant();
        };
    }

    /** The upload. */
    default String uploadId() {
        return switch (this) {
            case Bytes bytes -> bytes.uploadId();
            case Numbered numbered -> numbered.bytes().uploadId();
            case Provisional provisional -> provisional.bytes().uploadId();
            case Commit commit -> commit.message().getUploadId();
            case Open open -> open.message().getUploadId();
            case Complete complete -> complete.message().getUploadId();
            case Cancel cancel -> cancel.message().getUploadId();
            case Expand expand -> expand.message().getUploadId();
            case Link link -> link.message().getPartUploadId();
            case Part part -> part.message().getComposedUploadId();
            case Release release -> release.message().getPartUploadId();
        };
    }

    /**
     * Bytes of an upload: {@code length} bytes from {@code position} on.
     *
     * @param partition of the record
     * @param recordOffset its offset there
     */
    record Bytes(String tenant, String uploadId, long position, int length, int partition, long recordOffset)
            implements ChunkRecord {}

    /**
     * Bytes of an upload that say more of themselves.
     *
     * @param sequence the chunk's number, of a native upload
     * @param firstLine the number of its first line, of a record-aligned upload
     * @param crc32c checksum of the bytes
     */
    record Numbered(Bytes bytes, OptionalLong sequence, OptionalLong firstLine, int crc32c) implements ChunkRecord {}

    /** Bytes of an upload that count only once their append is committed. */
    record Provisional(String appendId, Bytes bytes) implements ChunkRecord {}

    /** The provisional bytes of an append count from here on. */
    record Commit(CommitAppend message) implements ChunkRecord {}

    /** An upload begins. */
    record Open(UploadOpen message) implements ChunkRecord {}

    /** No more bytes will come. */
    record Complete(UploadComplete message) implements ChunkRecord {}

    /** The upload or file is gone. */
    record Cancel(UploadCancel message) implements ChunkRecord {}

    /** A job over the file. */
    record Expand(ExpandFile message) implements ChunkRecord {}

    /** What parts and the uploads composed of them tell each other. */
    sealed interface OfPart extends ChunkRecord {}

    /** To a part: a composed upload wants to hear of its completion. */
    record Link(LinkPart message) implements OfPart {}

    /** To a composed upload: where a part lies, or that it never will be complete. */
    record Part(PartComplete message) implements OfPart {}

    /** To a part: a composed upload does not need it any more. */
    record Release(ReleasePart message) implements OfPart {}
}
