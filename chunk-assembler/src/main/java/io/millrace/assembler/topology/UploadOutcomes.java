package io.millrace.assembler.topology;

import io.millrace.schemas.v1.UploadState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when an upload changes its status, whatever the reason. For the stream thread alone. */
final class UploadOutcomes {
    private static final Logger LOG = LoggerFactory.getLogger(UploadOutcomes.class);

    private final ExpansionStarts expansions;
    private final PendingWork pending;
    private final SettledUploads settled;
    private final AssemblerMetrics metrics;

    UploadOutcomes(ExpansionStarts expansions, PendingWork pending, SettledUploads settled, AssemblerMetrics metrics) {
        this.settled = settled;
        this.expansions = expansions;
        this.pending = pending;
        this.metrics = metrics;
    }

    /** The upload has reached the status that stands in its state. */
    void reached(EntityKey upload, UploadState state, long atMs) {
        switch (state.getStatus()) {
            case UPLOAD_STATUS_COMPLETE -> completed(upload, state, atMs);
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED, UPLOAD_STATUS_FAILED -> ended(upload, state);
            case UPLOAD_STATUS_VERIFYING -> pending.add(PendingWork.Kind.VERIFY, upload);
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED -> {}
        }
        settled.reached(upload);
    }

    private void completed(EntityKey upload, UploadState state, long atMs) {
        metrics.completed();
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("bytes", state.getLength())
                .log("upload is complete");
        if (state.getProvisional() > 0) {
            pending.add(PendingWork.Kind.DELETE_PROVISIONAL, upload);
        }
        expansions.completed(state, atMs);
    }

    private void ended(EntityKey upload, UploadState state) {
        metrics.ended(state.getStatus());
        LOG.atInfo()
                .addKeyValue("upload", upload.id())
                .addKeyValue("status", state.getStatus())
                .log("upload is gone");
        pending.add(PendingWork.Kind.DELETE_PIECES, upload);
        if (state.getProvisional() > 0) {
            pending.add(PendingWork.Kind.DELETE_PROVISIONAL, upload);
        }
    }
}
