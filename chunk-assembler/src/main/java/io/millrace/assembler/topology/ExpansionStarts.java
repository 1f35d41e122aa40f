package io.millrace.assembler.topology;

import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.schemas.UploadJob;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.jspecify.annotations.Nullable;

/** Begins the expansions of one partition. For the stream thread alone. */
final class ExpansionStarts {
    private final UploadStore uploads;
    private final ExpansionStore expansions;
    private final PendingWork pending;
    private final ExpansionEmitter emitter;
    private final AssemblerMetrics metrics;

    ExpansionStarts(
            UploadStore uploads,
            ExpansionStore expansions,
            PendingWork pending,
            ExpansionEmitter emitter,
            AssemblerMetrics metrics) {
        this.uploads = uploads;
        this.expansions = expansions;
        this.pending = pending;
        this.emitter = emitter;
        this.metrics = metrics;
    }

    /** A job over a file; a repeat is ignored. */
    void expand(ExpandFile request, long atMs) {
        EntityKey job = keyOf(request);
        if (expansions.find(job) != null) {
            metrics.ignored(Decision.Reason.REPEATED);
            return;
        }
        @Nullable UploadState file = uploads.find(new EntityKey(request.getTenant(), request.getUploadId()));
        if (file != null && file.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE) {
            emitter.begin(job, request);
        } else {
            ExpansionState nothing =
                    ExpansionState.newBuilder().setRequest(request).build();
            emitter.fail(
                    job, nothing, ExpansionRecords.failure(ErrorCode.FILE_NOT_FOUND, "the file does not exist"), atMs);
        }
    }

    /** The upload has begun; if it is record-aligned and asked for a job, that begins with it. */
    void opened(UploadState state, long atMs) {
        if (isExpandedAsItComes(state)) {
            UploadJob job = UploadJob.of(state.getOpen(), atMs);
            emitter.event(job.expand(), job.beginning(), atMs);
            emitter.beginAligned(keyOf(job.expand()), job.expand());
        }
    }

    /** The upload will never be a file; a job that began with it ends. */
    void ended(UploadState state, long atMs) {
        if (isExpandedAsItComes(state)) {
            EntityKey job = keyOf(UploadJob.of(state.getOpen(), atMs).expand());
            @Nullable ExpansionState expansion = expansions.find(job);
            if (expansion != null && !expansion.getFinished()) {
                emitter.fail(job, expansion, why(state), atMs);
            }
        }
    }

    private static boolean isExpandedAsItComes(UploadState state) {
        return state.getOpen().getRecordAligned() && state.getOpen().hasJob();
    }

    private static Failure why(UploadState state) {
        return state.hasFailure()
                ? state.getFailure()
                : ExpansionRecords.failure(ErrorCode.UPLOAD_GONE, "the upload was cancelled or has expired");
    }

    private static EntityKey keyOf(ExpandFile request) {
        return new EntityKey(request.getTenant(), request.getJobId());
    }

    /** The upload has become a file; if it asked for a job, that begins, or goes on to its end. */
    void completed(UploadState state, long atMs) {
        if (isExpandedAsItComes(state)) {
            pending.add(
                    PendingWork.Kind.EXPAND_CHUNKS,
                    new EntityKey(state.getOpen().getTenant(), state.getOpen().getUploadId()));
        } else if (state.getOpen().hasJob()) {
            UploadJob job = UploadJob.of(state);
            emitter.event(job.expand(), job.beginning(), atMs);
            expand(job.expand(), atMs);
        }
    }
}
