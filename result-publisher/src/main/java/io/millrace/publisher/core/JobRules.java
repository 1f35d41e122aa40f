package io.millrace.publisher.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.DeadlineReached;
import io.millrace.schemas.v1.End;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The life of a job: submitted, expanded slice by slice, settled request by request, ended once.
 *
 * <p>Cancelling takes no time: the record that asks for it also ends the job, because what is not settled by then is decided by
 * that record alone and needs no worker's word. So {@code cancelling} and {@code cancelled} are reached together, and only
 * {@code cancelling_at} tells of the first.
 *
 * <p>A progress event follows every slice and every hundredth part of the requests that are registered by then.
 */
final class JobRules {
    /** So long after its submission a job's expansion should have begun. */
    static final long EXPANSION_PATIENCE_MS = 10_000;

    private static final long PROGRESS_STEPS = 100;

    private final StreamKey stream;
    private final Items items;
    private final RecordPosition at;

    JobRules(StreamKey stream, Items items, RecordPosition at) {
        this.stream = stream;
        this.items = items;
        this.at = at;
    }

    Decision decide(StreamEvent event, Optional<StreamState> before) {
        if (event.hasJobSubmitted()) {
            return submitted(event.getJobSubmitted(), before);
        }
        if (before.isEmpty()) {
            return new Decision.Refused("no job " + stream.id() + " was submitted");
        }
        StreamState state = before.get();
        return switch (event.getKindCase()) {
            case EXPANDED -> expanded(event.getExpanded(), state);
            case EXPANSION_FINISHED -> expansionFinished(event.getExpansionFinished(), state);
            case RESULT, RESULTS -> results(ResultRecords.each(event), state);
            case CANCEL_REQUESTED -> cancel(event.getCancelRequested(), state);
            case DEADLINE_REACHED -> deadline(event.getDeadlineReached(), state);
            case WEBHOOK_SETTLED, DELETE_REQUESTED -> new Afterwards(stream, at).decide(event, state);
            case JOB_SUBMITTED, CALL_ACCEPTED, FORGET, KIND_NOT_SET ->
                new Decision.Refused("no event of a job: " + event.getKindCase());
        };
    }

    private Decision submitted(JobSubmitted job, Optional<StreamState> before) {
        if (job.getDeadlineMs() <= 0 || job.getInputFileId().isEmpty()) {
            return new Decision.Refused("job " + stream.id() + " has no deadline or no input file");
        }
        if (before.isPresent()) {
            boolean same = before.get().getJob().getFingerprint().equals(job.getFingerprint());
            return new Decision.Dropped(same ? Decision.Cause.REPEATED : Decision.Cause.CONFLICT);
        }
        Transition next = Transition.first(at);
        next.state().setJob(job).setStatus(JobStatus.JOB_STATUS_VALIDATING);
        next.start(deadlineTimer(job));
        next.start(expansionTimer(job));
        return next.applied();
    }

    private Decision expanded(Expanded slice, StreamState state) {
        if (slice.getFrom() < 0 || slice.getFrom() >= slice.getTo()) {
            return new Decision.Refused("a slice from " + slice.getFrom() + " to " + slice.getTo() + " is none");
        }
        if (ResultStream.hasEnded(state)) {
            return ended();
        }
        if (RegisteredItems.containsAll(state, slice.getFrom(), slice.getTo())) {
            return new Decision.Dropped(Decision.Cause.REPEATED);
        }
        if (state.hasTotal()) {
            return new Decision.Refused(
                    "slice from " + slice.getFrom() + " comes after the end of the expansion of " + stream.id());
        }
        Transition next = new Transition(state, at);
        RegisteredItems.add(next.state(), slice.getFrom(), slice.getTo());
        next.counts().setTotal(RegisteredItems.count(next.state()));
        expansionBegan(next);
        if (next.state().getFurtherCount() > RegisteredItems.MAX_GAPS) {
            next.state()
                    .setFailure(failure(
                            ErrorCode.INVALID_REQUEST,
                            "the file's request lines have more than " + RegisteredItems.MAX_GAPS
                                    + " gaps between them; leave blank lines out"));
            return end(next, JobStatus.JOB_STATUS_FAILED);
        }
        progress(next);
        return next.applied();
    }

    private Decision expansionFinished(ExpansionFinished finished, StreamState state) {
        if (ResultStream.hasEnded(state)) {
            return ended();
        }
        if (state.hasTotal()) {
            return new Decision.Dropped(Decision.Cause.REPEATED);
        }
        Transition next = new Transition(state, at);
        expansionBegan(next);
        if (finished.hasFailure()) {
            next.state().setFailure(finished.getFailure());
            return end(next, JobStatus.JOB_STATUS_FAILED);
        }
        long registered = RegisteredItems.count(state);
        if (finished.getTotal() != registered) {
            return new Decision.Refused("the expansion of " + stream.id() + " ended at " + finished.getTotal()
                    + " requests, but " + registered + " are registered");
        }
        next.state().setTotal(finished.getTotal());
        if (finished.getValid() == 0) {
            next.state().setFailure(nothingValid(finished.getTotal()));
        }
        endIfSettled(next);
        return next.applied();
    }

    /** As if each had come by itself, one after the other. */
    private Decision results(List<Result> results, StreamState state) {
        Transition next = new Transition(state, at);
        List<Decision> others = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Result result : results) {
            switch (Answer.of(result, stream)) {
                case Answer.Fault fault -> faults.add(fault.reason());
                case Answer.Sound answer when ResultStream.hasEnded(next.state()) -> others.add(ended());
                case Answer.Sound answer
                when !RegisteredItems.contains(next.state(), result.getItem()) ->
                    faults.add("request " + result.getRequestId() + " is not registered");
                case Answer.Sound answer
                when isSettled(result.getItem(), next) ->
                    others.add(new Decision.Dropped(Decision.Cause.OUTCOME_EXISTS));
                case Answer.Sound answer -> settle(answer, next);
            }
        }
        if (!faults.isEmpty()) {
            others.add(new Decision.Refused(String.join("; ", faults)));
        }
        if (!next.isEmpty()) {
            others.addFirst(next.applied());
        }
        return others.size() == 1 ? others.getFirst() : new Decision.Parts(List.copyOf(others));
    }

    private boolean isSettled(long item, Transition next) {
        return next.settles(item) || items.find(item).isPresent();
    }

    private static boolean isSettled(Transition next) {
        return next.state().hasTotal() && next.settled() == next.state().getTotal();
    }

    private void settle(Answer.Sound answer, Transition next) {
        next.settle(answer.result(), answer.usage(), ByteString.EMPTY);
        if (!endIfSettled(next) && isStep(next)) {
            progress(next);
        }
    }

    private Decision deadline(DeadlineReached deadline, StreamState state) {
        if (ResultStream.hasEnded(state)) {
            return ended();
        }
        return deadline.getDeadlineMs() == state.getJob().getDeadlineMs()
                ? end(JobStatus.JOB_STATUS_EXPIRED, state)
                : new Decision.Refused("the deadline of " + stream.id() + " is another");
    }

    private Decision cancel(CancelRequested cancel, StreamState state) {
        if (!cancel.getRequestId().isEmpty()) {
            return new Decision.Refused("of the job " + stream.id() + " no single request can be cancelled");
        }
        if (ResultStream.hasEnded(state)) {
            return ended();
        }
        Transition next = new Transition(state, at);
        next.state().setCancellingAtMs(next.atMs());
        return end(next, JobStatus.JOB_STATUS_CANCELLED);
    }

    private boolean endIfSettled(Transition next) {
        boolean settled = isSettled(next);
        if (settled) {
            end(next, next.state().hasFailure() ? JobStatus.JOB_STATUS_FAILED : JobStatus.JOB_STATUS_COMPLETED);
        }
        return settled;
    }

    private Decision end(JobStatus status, StreamState state) {
        return end(new Transition(state, at), status);
    }

    private Decision end(Transition next, JobStatus status) {
        JobSubmitted job = next.state().getJob();
        next.clear(deadlineTimer(job));
        next.clear(expansionTimer(job));
        next.state().setStatus(status).setEndedAtMs(next.atMs());
        new Afterwards(stream, at).begin(next);
        if (!isSettled(next)) {
            next.cancel(Control.newBuilder()
                    .setTenant(stream.tenant())
                    .setCancelledJobId(stream.id())
                    .build());
        }
        boolean hasOutput = next.counts().getCompleted() > 0;
        boolean hasErrors =
                next.counts().getFailed() > 0 || next.settled() < next.counts().getTotal();
        next.append(LoggedEvent.newBuilder()
                .setEnd(End.newBuilder()
                        .setStatus(status)
                        .setCounts(next.counts())
                        .setOutputFileId(hasOutput ? Ids.outputOfJob(stream.id()) : "")
                        .setErrorFileId(hasErrors ? Ids.errorsOfJob(stream.id()) : "")));
        return next.applied();
    }

    private void expansionBegan(Transition next) {
        if (next.state().getStatus() == JobStatus.JOB_STATUS_VALIDATING) {
            next.state().setStatus(JobStatus.JOB_STATUS_IN_PROGRESS).setInProgressAtMs(next.atMs());
            next.clear(expansionTimer(next.state().getJob()));
        }
    }

    private static boolean isStep(Transition next) {
        return next.settled() % Math.max(1, next.counts().getTotal() / PROGRESS_STEPS) == 0;
    }

    private static void progress(Transition next) {
        next.append(LoggedEvent.newBuilder().setProgress(next.counts()));
    }

    private static Decision ended() {
        return new Decision.Dropped(Decision.Cause.ENDED);
    }

    private static Failure nothingValid(long total) {
        return total == 0
                ? failure(ErrorCode.EMPTY_FILE, "the input file has no line")
                : failure(ErrorCode.NO_VALID_LINE, "none of the input file's " + total + " lines is valid");
    }

    private static Failure failure(ErrorCode code, String message) {
        return Failure.newBuilder().setCode(code.code()).setMessage(message).build();
    }

    private Timer deadlineTimer(JobSubmitted job) {
        return new Timer(job.getDeadlineMs(), Timer.Purpose.DEADLINE, stream, 0);
    }

    private Timer expansionTimer(JobSubmitted job) {
        return new Timer(job.getSubmittedAtMs() + EXPANSION_PATIENCE_MS, Timer.Purpose.EXPANSION, stream, 0);
    }
}
