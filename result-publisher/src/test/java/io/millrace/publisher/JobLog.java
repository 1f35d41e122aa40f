package io.millrace.publisher;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.DeadlineReached;
import io.millrace.schemas.v1.DeleteRequested;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.Forget;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.ResultGroup;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import io.millrace.schemas.v1.WebhookSettled;
import java.util.List;

/** Makes the records of one stream, as edge, assembler and worker write them. */
public record JobLog(String id) {
    /** When every job here is submitted: far ahead, so that no timer is due unless a test wants it. */
    public static final long SUBMITTED_AT = 4_000_000_000_000L;
    /** When every job and call here has its deadline. */
    public static final long DEADLINE = SUBMITTED_AT + 86_400_000L;

    /** A new job's. */
    public static JobLog ofJob() {
        return new JobLog(Ids.create(Ids.BATCH, SUBMITTED_AT));
    }

    /** A new call's. */
    public static JobLog ofCall() {
        return new JobLog(Ids.create(Ids.CALL, SUBMITTED_AT));
    }

    public StreamEvent submitted() {
        return submitted(DEADLINE);
    }

    public StreamEvent submitted(long deadlineMs) {
        return submitted(SUBMITTED_AT, deadlineMs, "fingerprint");
    }

    public StreamEvent submitted(long atMs, long deadlineMs, String fingerprint) {
        return event().setJobSubmitted(JobSubmitted.newBuilder()
                        .setParameters(JobParameters.newBuilder().setJobId(id).setEndpoint("/v1/embeddings"))
                        .setInputFileId(Ids.create(Ids.FILE, SUBMITTED_AT))
                        .setSubmittedAtMs(atMs)
                        .setDeadlineMs(deadlineMs)
                        .setFingerprint(ByteString.copyFromUtf8(fingerprint)))
                .build();
    }

    /** A job that tells these of its end and is kept for this long; 0 for as long as all are. */
    public StreamEvent submittedTelling(long retentionMs, String... webhooks) {
        StreamEvent.Builder asking = submitted().toBuilder();
        asking.getJobSubmittedBuilder()
                .getParametersBuilder()
                .setRetentionMs(retentionMs)
                .addAllWebhookUrls(List.of(webhooks));
        return asking.build();
    }

    public StreamEvent webhookSettled(int index) {
        return event().setWebhookSettled(WebhookSettled.newBuilder().setIndex(index))
                .build();
    }

    public StreamEvent deleteRequested() {
        return event().setDeleteRequested(DeleteRequested.getDefaultInstance()).build();
    }

    public StreamEvent expanded(long from, long to) {
        return event().setExpanded(Expanded.newBuilder().setFrom(from).setTo(to))
                .build();
    }

    public StreamEvent expansionFinished(long total, long valid) {
        return event().setExpansionFinished(
                        ExpansionFinished.newBuilder().setTotal(total).setValid(valid))
                .build();
    }

    public StreamEvent expansionFailed() {
        return event().setExpansionFinished(ExpansionFinished.newBuilder()
                        .setFailure(Failure.newBuilder().setCode(ErrorCode.FILE_UNREADABLE.code())))
                .build();
    }

    public StreamEvent success(long item) {
        return success(item, "{\"item\":" + item + "}");
    }

    public StreamEvent success(long item, String body) {
        return event().setResult(result(item)
                        .setSuccess(Success.newBuilder().setStatusCode(200).setBody(ByteString.copyFromUtf8(body))))
                .build();
    }

    public StreamEvent failure(long item, ErrorCode code) {
        return event().setResult(result(item)
                        .setFailure(Failure.newBuilder()
                                .setCode(code.code())
                                .setMessage("wrong")
                                .setLine(item + 1)))
                .build();
    }

    /** The results of these events in one record. */
    public StreamEvent together(List<StreamEvent> results) {
        ResultGroup.Builder group = ResultGroup.newBuilder();
        results.forEach(each -> group.addResults(each.getResult()));
        return event().setResults(group).build();
    }

    public StreamEvent accepted(long item) {
        return accepted(item, DEADLINE);
    }

    public StreamEvent accepted(long item, long deadlineMs) {
        return event().setCallAccepted(CallAccepted.newBuilder()
                        .setRequestId(Ids.request(id, item))
                        .setItem(item)
                        .setDeadlineMs(deadlineMs))
                .build();
    }

    /** A call under an idempotency key, for what has this fingerprint. */
    public StreamEvent keyed(long item, String fingerprint) {
        StreamEvent.Builder keyed = accepted(item).toBuilder();
        keyed.getCallAcceptedBuilder().setFingerprint(ByteString.copyFromUtf8(fingerprint));
        return keyed.build();
    }

    public StreamEvent deadlineReached() {
        return event().setDeadlineReached(DeadlineReached.newBuilder().setDeadlineMs(DEADLINE))
                .build();
    }

    public StreamEvent deadlineReached(long item) {
        return event().setDeadlineReached(
                        DeadlineReached.newBuilder().setDeadlineMs(DEADLINE).setRequestId(Ids.request(id, item)))
                .build();
    }

    public StreamEvent forget(long endedAtMs) {
        return event().setForget(Forget.newBuilder().setEndedAtMs(endedAtMs)).build();
    }

    public StreamEvent cancelRequested() {
        return event().setCancelRequested(CancelRequested.getDefaultInstance()).build();
    }

    public StreamEvent cancelRequested(long item) {
        return event().setCancelRequested(CancelRequested.newBuilder().setRequestId(Ids.request(id, item)))
                .build();
    }

    public Delta delta(long item, long position, String text) {
        return Delta.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setStreamId(id)
                .setRequestId(Ids.request(id, item))
                .setAttempt("attempt")
                .setPosition(position)
                .setText(text)
                .build();
    }

    private Result.Builder result(long item) {
        return Result.newBuilder()
                .setRequestId(Ids.request(id, item))
                .setItem(item)
                .setCustomId("line-" + item);
    }

    private StreamEvent.Builder event() {
        return StreamEvent.newBuilder().setTenant(Tenant.DEFAULT).setStreamId(id);
    }
}
