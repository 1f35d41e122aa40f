package io.millrace.assembler.topology;

import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.assembler.core.UploadJob;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import org.jspecify.annotations.Nullable;

/** Begins the expansions of one partition. For the stream thread alone. */
final class ExpansionStarts {
    private final UploadStore uploads;
    private final ExpansionStore expansions;
    private final ExpansionEmitter emitter;
    private final AssemblerMetrics metrics;

    ExpansionStarts(
            UploadStore uploads, ExpansionStore expansions, ExpansionEmitter emitter, AssemblerMetrics metrics) {
        this.uploads = uploads;
        this.expansions = expansions;
        this.emitter = emitter;
        this.metrics = metrics;
    }

    /** A job over a file; a repeat is ignored. */
    void expand(ExpandFile request, long atMs) {
        EntityKey job = new EntityKey(request.getTenant(), request.getJobId());
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

    /** The upload has become a file; if it asked for a job, that begins. */
    void completed(UploadState state, long atMs) {
        if (state.getOpen().hasJob()) {
            UploadJob job = UploadJob.of(state);
            emitter.event(job.expand(), ExpansionRecords.submitted(job.expand(), job.submitted()), atMs);
            expand(job.expand(), atMs);
        }
    }
}
