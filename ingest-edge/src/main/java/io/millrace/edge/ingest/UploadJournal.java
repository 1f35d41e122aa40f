package io.millrace.edge.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.trace.Traces;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what happens to uploads beside their bytes, counts it and logs it. Durable when the future completes. */
final class UploadJournal {
    private static final Logger LOG = LoggerFactory.getLogger(UploadJournal.class);

    private final Vertx vertx;
    private final ChunkProducer chunks;
    private final UploadMetrics metrics;

    UploadJournal(Vertx vertx, ChunkProducer chunks, UploadMetrics metrics) {
        this.vertx = vertx;
        this.chunks = chunks;
        this.metrics = metrics;
    }

    /** An upload begins; an empty one is complete with that. */
    Future<Void> opened(Upload upload) {
        return control(RecordKind.OPEN, upload, upload.open()).onSuccess(durable -> {
            metrics.created(upload.open().getProtocol());
            LOG.atInfo()
                    .addKeyValue("upload", upload.id())
                    .addKeyValue("protocol", upload.open().getProtocol())
                    .addKeyValue("trace", Traces.currentId())
                    .log("upload created");
            if (upload.complete()) {
                completed(upload);
            }
        });
    }

    /** It becomes known how long an upload is; it is complete when it has reached that. */
    Future<Upload> declared(Upload upload, long length) {
        UploadComplete complete = UploadComplete.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setLength(length)
                .build();
        Upload declared = upload.withLength(length);
        return control(RecordKind.COMPLETE, upload, complete).map(durable -> {
            if (declared.complete()) {
                completed(declared);
            }
            return declared;
        });
    }

    /** An upload ends where it is, and it becomes known what it is for and how long the file is wanted. */
    Future<Upload> ended(Upload upload, String purpose, long fileLifetimeMs) {
        UploadComplete complete = UploadComplete.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setLength(upload.offset())
                .setPurpose(purpose)
                .setFileLifetimeMs(fileLifetimeMs)
                .build();
        Upload file = new Upload(
                        upload.open().toBuilder().setPurpose(purpose).build(),
                        upload.status(),
                        OptionalLong.of(upload.offset()),
                        upload.offset())
                .at(upload.offset());
        return control(RecordKind.COMPLETE, upload, complete).map(durable -> {
            completed(file);
            return file;
        });
    }

    /** It becomes known of which parts an upload consists, and how long they are together. */
    Future<Upload> composed(Upload upload, List<String> parts, long length, ByteString md5) {
        UploadComplete complete = UploadComplete.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setLength(length)
                .addAllParts(parts)
                .setMd5(md5)
                .build();
        UploadOpen open = upload.open().toBuilder().addAllParts(parts).build();
        Upload composed = new Upload(open, upload.status(), OptionalLong.of(length), upload.offset());
        return control(RecordKind.COMPLETE, upload, complete).map(composed);
    }

    /** A part is to tell the whole when it is complete. */
    Future<Void> linked(Upload part, Upload whole, int index) {
        LinkPart link = LinkPart.newBuilder()
                .setTenant(part.tenant())
                .setPartUploadId(part.id())
                .setComposedUploadId(whole.id())
                .setIndex(index)
                .build();
        return control(RecordKind.LINK, part, link);
    }

    /** A client wants an upload or file no more. */
    Future<Void> cancelled(Upload upload) {
        UploadCancel cancel = UploadCancel.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setCause(CancelCause.CANCEL_CAUSE_CLIENT)
                .build();
        return control(RecordKind.CANCEL, upload, cancel).onSuccess(durable -> {
            metrics.cancelled();
            LOG.atInfo().addKeyValue("upload", upload.id()).log("upload cancelled");
        });
    }

    /** The bytes of a checked append count from here on. */
    Future<Void> committed(Upload upload, String appendId) {
        CommitAppend commit = CommitAppend.newBuilder()
                .setTenant(upload.tenant())
                .setUploadId(upload.id())
                .setAppendId(appendId)
                .build();
        return control(RecordKind.COMMIT_APPEND, upload, commit);
    }

    /** Bytes have become durable; all that this upload needs, perhaps. */
    void appended(Upload before, Upload after, boolean brokenOff) {
        metrics.appended(after.offset() - before.offset(), brokenOff);
        LOG.atDebug()
                .addKeyValue("upload", after.id())
                .addKeyValue("offset", after.offset())
                .addKeyValue("brokenOff", brokenOff)
                .log("bytes appended");
        if (after.complete() && !before.complete()) {
            completed(after);
        }
    }

    private void completed(Upload upload) {
        metrics.completed();
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("bytes", upload.offset())
                .addKeyValue("job", upload.jobId().orElse("none"))
                .log("upload complete");
    }

    private Future<Void> control(RecordKind kind, Upload upload, MessageLite message) {
        return Future.fromCompletionStage(
                        chunks.control(kind, upload.tenant(), upload.id(), message), vertx.getOrCreateContext())
                .mapEmpty();
    }
}
