package io.millrace.assembler.core;

import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;

/** A record of the chunk topic, valid in itself; whether it fits its upload is {@link UploadReassembly}'s question. */
public sealed interface ChunkRecord {
    /** Who owns the upload. */
    String tenant();

    /** The upload. */
    String uploadId();

    /**
     * Bytes of an upload: {@code length} bytes from {@code position} on.
     *
     * @param partition of the record
     * @param recordOffset its offset there
     */
    record Bytes(String tenant, String uploadId, long position, int length, int partition, long recordOffset)
            implements ChunkRecord {}

    /** Bytes of an upload that count only once their append is committed. */
    record Provisional(String appendId, Bytes bytes) implements ChunkRecord {
        @Override
        public String tenant() {
            return bytes.tenant();
        }

        @Override
        public String uploadId() {
            return bytes.uploadId();
        }
    }

    /** The provisional bytes of an append count from here on. */
    record Commit(CommitAppend message) implements ChunkRecord {
        @Override
        public String tenant() {
            return message.getTenant();
        }

        @Override
        public String uploadId() {
            return message.getUploadId();
        }
    }

    /** An upload begins. */
    record Open(UploadOpen message) implements ChunkRecord {
        @Override
        public String tenant() {
            return message.getTenant();
        }

        @Override
        public String uploadId() {
            return message.getUploadId();
        }
    }

    /** No more bytes will come. */
    record Complete(UploadComplete message) implements ChunkRecord {
        @Override
        public String tenant() {
            return message.getTenant();
        }

        @Override
        public String uploadId() {
            return message.getUploadId();
        }
    }

    /** The upload or file is gone. */
    record Cancel(UploadCancel message) implements ChunkRecord {
        @Override
        public String tenant() {
            return message.getTenant();
        }

        @Override
        public String uploadId() {
            return message.getUploadId();
        }
    }

    /** A job over the file. */
    record Expand(ExpandFile message) implements ChunkRecord {
        @Override
        public String tenant() {
            return message.getTenant();
        }

        @Override
        public String uploadId() {
            return message.getUploadId();
        }
    }
}
