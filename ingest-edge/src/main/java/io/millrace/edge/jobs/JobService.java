package io.millrace.edge.jobs;

import io.millrace.edge.core.JobRules;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.kafka.WorkProducer;
import io.millrace.edge.queries.JobQueries;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.edge.trace.Traces;
import io.millrace.runtime.kafka.ProducedTo;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.UploadJob;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.DeleteRequested;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.UploadOpen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Submits jobs, asks for them and ends them. Every future completes on the caller's event loop. */
public final class JobService {
    private static final Logger LOG = LoggerFactory.getLogger(JobService.class);
    private static final long START_POLL_MS = 25;
    private static final long START_PATIENCE_MS = 3000;

    private final Vertx vertx;
    private final ChunkProducer chunks;
    private final WorkProducer work;
    private final JobQueries queries;
    private final UploadQueries uploads;
    private final JobRules rules;
    private final InstantSource clock;

    /** Submits through these producers and asks these queries. */
    public JobService(
            Vertx vertx,
            ChunkProducer chunks,
            WorkProducer work,
            JobQueries queries,
            UploadQueries uploads,
            JobRules rules,
            InstantSource clock) {
        this.vertx = vertx;
        this.chunks = chunks;
        this.work = work;
        this.queries = queries;
        this.uploads = uploads;
        this.rules = rules;
        this.clock = clock;
    }

    /** What a job may ask for. */
    public JobRules rules() {
        return rules;
    }

    /**
     * Submits a job over a complete file: writes its first record, waits until the publisher has applied it, then has the file
     * expanded. Should this edge die in between, the publisher has it expanded. Fails with
     * {@link ErrorCode#IDEMPOTENCY_CONFLICT} when the key was used for another job.
     */
    public Future<JobView> submit(JobRequest request) {
        long now = clock.millis();
        String jobId = request.idempotencyKey()
                .map(key -> Ids.fromIdempotencyKey(Ids.BATCH, request.tenant(), "/v1/batches", key))
                .orElseGet(() -> Ids.create(Ids.BATCH, now));
        JobParameters parameters =
                request.parameters().toBuilder().setJobId(jobId).build();
        JobSubmitted submitted = JobSubmitted.newBuilder()
                .setParameters(parameters)
                .setInputFileId(request.fileId())
                .setSubmittedAtMs(now)
                .setDeadlineMs(now + parameters.getCompletionWindowMs())
                .setFingerprint(Fingerprint.of(request.fileId(), parameters))
                .build();
        StreamEvent event = StreamEvent.newBuilder()
                .setTenant(request.tenant())
                .setStreamId(jobId)
                .setJobSubmitted(submitted)
                .build();
        return onCaller(work.event(StreamKind.STREAM_KIND_JOB, event))
                .compose(written -> applied(request.tenant(), jobId, written))
                .compose(view -> expanded(request.tenant(), submitted, view));
    }

    /**
     * Jobs, newest first.
     *
     * @param after only those after this one in the list; fails with {@link ErrorCode#BATCH_NOT_FOUND} if it is none
     */
    public Future<JobList> list(String tenant, Optional<String> after, int limit) {
        Future<Optional<JobView>> from =
                after.map(id -> find(tenant, id).map(Optional::of)).orElse(Future.succeededFuture(Optional.empty()));
        return from.compose(view -> queries.list(tenant, view, limit));
    }

    /** A job. Fails with {@link ErrorCode#BATCH_NOT_FOUND} where there is none. */
    public Future<JobView> find(String tenant, String jobId) {
        if (!Ids.isValid(Ids.BATCH, jobId)) {
            return Future.failedFuture(unknown(jobId));
        }
        return queries.find(tenant, jobId).map(found -> found.orElseThrow(() -> unknown(jobId)));
    }

    /**
     * Ends a job; what it has by then stays. The publisher decides whether it was in time: fails with
     * {@link ErrorCode#BATCH_FINISHED} when the job has ended already, {@link ErrorCode#BATCH_NOT_FOUND} where there is none.
     */
    public Future<JobView> cancel(String tenant, String jobId) {
        return find(tenant, jobId).compose(view -> {
            if (view.getState().getEndedAtMs() > 0) {
                return Future.failedFuture(finished(view));
            }
            LOG.atInfo().addKeyValue("job", jobId).log("job to be cancelled");
            StreamEvent event = StreamEvent.newBuilder()
                    .setTenant(tenant)
                    .setStreamId(jobId)
                    .setCancelRequested(CancelRequested.newBuilder().setRequestedAtMs(clock.millis()))
                    .build();
            return onCaller(work.event(StreamKind.STREAM_KIND_JOB, event))
                    .compose(written -> applied(tenant, jobId, written))
                    .compose(after -> after.getState().getStatus() == JobStatus.JOB_STATUS_CANCELLED
                            ? Future.succeededFuture(after)
                            : Future.failedFuture(finished(after)));
        });
    }

    /**
     * Removes an ended job with its results, soon. Fails with {@link ErrorCode#BATCH_RUNNING} when it has not ended, {@link
     * ErrorCode#BATCH_NOT_FOUND} where there is none.
     */
    public Future<Void> delete(String tenant, String jobId) {
        return find(tenant, jobId).compose(view -> {
            if (view.getState().getEndedAtMs() == 0) {
                return Future.failedFuture(new MillraceException(
                        ErrorCode.BATCH_RUNNING, "the batch " + jobId + " has not ended: " + statusOf(view)));
            }
            StreamEvent event = StreamEvent.newBuilder()
                    .setTenant(tenant)
                    .setStreamId(jobId)
                    .setDeleteRequested(DeleteRequested.getDefaultInstance())
                    .build();
            return onCaller(work.event(StreamKind.STREAM_KIND_JOB, event)).mapEmpty();
        });
    }

    /**
     * Completes when the job that a complete upload starts can be asked for, so that nobody who was told of it hears that it does
     * not exist. The assembler starts it; where it does not within seconds, and does not answer either, this edge writes the
     * beginning of the job's stream in its place, and the assembler's own is a repeat. Fails with {@link
     * ErrorCode#UNAVAILABLE} when that cannot be written, or must not be: a file that may have to settle again cannot be expanded yet.
     */
    public Future<Void> awaitStarted(UploadOpen upload) {
        return isStartedSoon(upload, clock.millis() + START_PATIENCE_MS)
                .compose(started -> started
                        ? Future.<Void>succeededFuture()
                        : uploads.state(upload.getTenant(), upload.getUploadId())
                                .transform(answered -> isUnavailable(answered.cause())
                                        ? begin(upload)
                                        : isStartedSoon(upload, clock.millis() + START_PATIENCE_MS)
                                                .<Void>mapEmpty()));
    }

    private static boolean isUnavailable(@Nullable Throwable failure) {
        return failure instanceof MillraceException known && known.code() == ErrorCode.UNAVAILABLE;
    }

    /** Whether the publisher knows it by then; not where the publisher does not answer. */
    private Future<Boolean> isStartedSoon(UploadOpen upload, long giveUpAtMs) {
        return queries.find(upload.getTenant(), upload.getJob().getJobId())
                .compose(found -> found.isPresent() || clock.millis() >= giveUpAtMs
                        ? Future.succeededFuture(found.isPresent())
                        : vertx.timer(START_POLL_MS).compose(later -> isStartedSoon(upload, giveUpAtMs)))
                .otherwise(false);
    }

    private Future<Void> begin(UploadOpen upload) {
        if (!upload.getSha256().isEmpty() || upload.getPartsCount() > 0) {
            // It may have to settle again first, and until then an assembler would have nothing to expand.
            return Future.failedFuture(new MillraceException(
                    ErrorCode.UNAVAILABLE, "the file is complete, but its job has not begun yet; ask again"));
        }
        LOG.atInfo()
                .addKeyValue("job", upload.getJob().getJobId())
                .addKeyValue("upload", upload.getUploadId())
                .log("no assembler answers: the job begins without");
        return onCaller(work.event(
                        StreamKind.STREAM_KIND_JOB,
                        UploadJob.of(upload, clock.millis()).beginning()))
                .mapEmpty();
    }

    private Future<JobView> applied(String tenant, String jobId, ProducedTo written) {
        return queries.find(tenant, jobId, written.partition(), written.offset())
                .map(found -> found.orElseThrow(
                        () -> new MillraceException(ErrorCode.UNAVAILABLE, "the batch is not known yet")));
    }

    private Future<JobView> expanded(String tenant, JobSubmitted asked, JobView view) {
        JobSubmitted stored = view.getState().getJob();
        if (!stored.getFingerprint().equals(asked.getFingerprint())) {
            return Future.failedFuture(MillraceException.about(
                    "Idempotency-Key",
                    ErrorCode.IDEMPOTENCY_CONFLICT,
                    "this Idempotency-Key was used for another batch: " + view.getJobId()));
        }
        if (view.getState().getStatus() != JobStatus.JOB_STATUS_VALIDATING) {
            return Future.succeededFuture(view);
        }
        JobParameters parameters = stored.getParameters();
        ExpandFile expand = ExpandFile.newBuilder()
                .setTenant(tenant)
                .setUploadId(stored.getInputFileId())
                .setJobId(view.getJobId())
                .setEndpoint(parameters.getEndpoint())
                .setPriority(parameters.getPriority())
                .setDeadlineMs(stored.getDeadlineMs())
                .build();
        LOG.atInfo()
                .addKeyValue("job", view.getJobId())
                .addKeyValue("upload", stored.getInputFileId())
                .addKeyValue("trace", Traces.currentId())
                .log("job submitted");
        return onCaller(chunks.control(RecordKind.EXPAND, tenant, stored.getInputFileId(), expand))
                .map(view);
    }

    private <T> Future<T> onCaller(CompletableFuture<T> produced) {
        return Future.fromCompletionStage(produced, vertx.getOrCreateContext());
    }

    private static MillraceException finished(JobView view) {
        return new MillraceException(
                ErrorCode.BATCH_FINISHED, "the batch " + view.getJobId() + " has ended: " + statusOf(view));
    }

    private static String statusOf(JobView view) {
        String status = view.getState().getStatus().name().substring("JOB_STATUS_".length());
        return status.toLowerCase(Locale.ROOT);
    }

    private static MillraceException unknown(String jobId) {
        return new MillraceException(ErrorCode.BATCH_NOT_FOUND, "there is no batch " + jobId);
    }
}
