package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadComposition;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.UploadState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when an upload changes its status, whatever the reason. For the stream thread alone. */
final class UploadOutcomes {
    private static final Logger LOG = LoggerFactory.getLogger(UploadOutcomes.class);

    private final ExpansionStarts expansions;
    private final PartStore parts;
    private final LinkEmitter links;
    private final PendingWork pending;
    private final SettledUploads settled;
    private final AssemblerMetrics metrics;

    UploadOutcomes(
            ExpansionStarts expansions,
            PartStore parts,
            LinkEmitter links,
            PendingWork pending,
            SettledUploads settled,
            AssemblerMetrics metrics) {
        this.parts = parts;
        this.links = links;
        this.settled = settled;
        this.expansions = expansions;
        this.pending = pending;
        this.metrics = metrics;
    }

    /** The upload has reached the status that stands in its state. */
    void reached(EntityKey upload, UploadState state, long atMs) {
        switch (state.getStatus()) {
            case UPLOAD_STATUS_COMPLETE -> completed(upload, state, atMs);
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED, UPLOAD_STATUS_FAILED -> ended(upload, state, atMs);
            case UPLOAD_STATUS_VERIFYING -> pending.add(PendingWork.Kind.VERIFY, upload);
            case UPLOAD_STATUS_OPEN -> expansions.opened(state, atMs);
            case UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        settled.reached(upload);
    }

    private void completed(EntityKey upload, UploadState state, long atMs) {
        metrics.completed();
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("bytes", state.getLength())
                .addKeyValue("trace", Traceparent.traceId(state.getOpen().getTraceparent()))
                .log("upload is complete");
        if (state.getProvisional() > 0) {
            pending.add(PendingWork.Kind.DELETE_PROVISIONAL, upload);
        }
        // Also where it is not pinned: a link may have come before the upload itself.
        parts.links(upload).forEach(link -> links.complete(upload, state, link, atMs));
        if (hasChunkNotes(state) && !state.getOpen().getRecordAligned()) {
            pending.add(PendingWork.Kind.DELETE_CHUNKS, upload);
        }
        expansions.completed(state, atMs);
    }

    private static boolean hasChunkNotes(UploadState state) {
        return state.getEndSequence() > 0 || state.getOpen().getRecordAligned();
    }

    private void ended(EntityKey upload, UploadState state, long atMs) {
        metrics.ended(state.getStatus());
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("status", state.getStatus())
                .log("upload is gone");
        expansions.ended(state, atMs);
        pending.add(PendingWork.Kind.DELETE_PIECES, upload);
        if (hasChunkNotes(state)) {
            pending.add(PendingWork.Kind.DELETE_CHUNKS, upload);
        }
        if (state.getProvisional() > 0) {
            pending.add(PendingWork.Kind.DELETE_PROVISIONAL, upload);
        }
        parts.links(upload).forEach(link -> links.failed(link, ErrorCode.UPLOAD_GONE, "the upload is gone", atMs));
        if (UploadComposition.isComposed(state)) {
            links.release(upload, state, atMs);
            pending.add(PendingWork.Kind.DELETE_PARTS, upload);
        }
    }
}
