package io.millrace.standalone.explain;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.standalone.operations.core.RecordContent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells from the records of a result stream what became of a job, or of one request. */
final class StreamLife {
    private final List<Life.Step> steps = new ArrayList<>();
    /** The first result of each item: the one that counts. */
    private final Map<Long, Sighting> outcomes = new HashMap<>();

    private final @Nullable Long item;
    private Optional<JobSubmitted> submitted = Optional.empty();
    private Optional<ExpansionFinished> finished = Optional.empty();
    private @Nullable Sighting firstResult;
    private @Nullable Sighting lastResult;
    private long registered;
    private int failed;
    private int repeats;
    private String stopped = "";

    private StreamLife(@Nullable Long item) {
        this.item = item;
    }

    /** Of a whole job. */
    static StreamLife ofJob(List<Sighting> records) {
        StreamLife life = new StreamLife(null);
        records.forEach(life::add);
        return life;
    }

    /** Of one item of a stream. */
    static StreamLife ofRequest(long item, List<Sighting> records) {
        StreamLife life = new StreamLife(item);
        records.forEach(life::add);
        return life;
    }

    /** The file of the job, if this is the stream of one. */
    Optional<String> inputFile() {
        return submitted.map(JobSubmitted::getInputFileId);
    }

    private void add(Sighting seen) {
        try {
            StreamEvent event = StreamEvent.parseFrom(seen.value());
            switch (event.getKindCase()) {
                case JOB_SUBMITTED -> submitted(seen, event.getJobSubmitted());
                case EXPANDED -> expanded(seen, event.getExpanded());
                case EXPANSION_FINISHED -> finished(seen, event.getExpansionFinished());
                case CALL_ACCEPTED -> {
                    if (concerns(event.getCallAccepted().getItem())) {
                        registered++;
                        step(
                                seen,
                                "accepted as a call, until "
                                        + Instant.ofEpochMilli(
                                                event.getCallAccepted().getDeadlineMs()));
                    }
                }
                case RESULT, RESULTS -> ResultRecords.each(event).forEach(result -> result(seen, result));
                case CANCEL_REQUESTED -> stop(seen, event.getCancelRequested().getRequestId(), "cancelled");
                case DEADLINE_REACHED ->
                    stop(seen, event.getDeadlineReached().getRequestId(), "its deadline has passed");
                default ->
                    step(
                            seen,
                            event.getKindCase().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        } catch (InvalidProtocolBufferException e) {
            step(seen, "a record that cannot be read");
        }
    }

    private void submitted(Sighting seen, JobSubmitted job) {
        if (submitted.isEmpty()) {
            submitted = Optional.of(job);
            step(
                    seen,
                    "submitted over " + job.getInputFileId() + " for "
                            + job.getParameters().getEndpoint() + ", until "
                            + Instant.ofEpochMilli(job.getDeadlineMs()));
        }
    }

    private void expanded(Sighting seen, Expanded range) {
        if (item == null) {
            registered += range.getTo() - range.getFrom();
            step(
                    seen,
                    "the requests from " + range.getFrom() + " to before " + range.getTo()
                            + " were put into their lanes");
        } else if (range.getFrom() <= item && item < range.getTo()) {
            registered++;
            step(seen, "its line was read and it was put into its lane");
        }
    }

    private void finished(Sighting seen, ExpansionFinished end) {
        finished = Optional.of(end);
        if (item == null) {
            step(
                    seen,
                    end.hasFailure()
                            ? "the file could not be read: " + end.getFailure().getMessage()
                            : "all " + end.getTotal() + " lines were read, " + end.getValid() + " are valid");
        }
    }

    private void result(Sighting seen, Result result) {
        if (!concerns(result.getItem())) {
            return;
        }
        boolean first = outcomes.putIfAbsent(result.getItem(), seen) == null;
        String outcome = result.hasSuccess()
                ? "succeeded"
                : "failed: " + result.getFailure().getCode();
        if (item != null) {
            step(
                    seen,
                    first
                            ? outcome + attempt(result)
                            : "ended once more, which does not count: " + outcome + attempt(result));
        }
        firstResult = firstResult == null ? seen : firstResult;
        lastResult = seen;
        failed += first && !result.hasSuccess() ? 1 : 0;
        repeats += first ? 0 : 1;
    }

    private static String attempt(Result result) {
        return result.getAttempt().isEmpty() ? "" : ", attempt " + result.getAttempt();
    }

    private void stop(Sighting seen, String requestId, String what) {
        if (requestId.isEmpty() || (item != null && requestId.endsWith("_" + item))) {
            stopped = outcomes.size() < registered || registered == 0 ? what : stopped;
            step(seen, what);
        }
    }

    private boolean concerns(long other) {
        return item == null || item == other;
    }

    private void step(Sighting seen, String what) {
        steps.add(Life.Step.of(seen, what));
    }

    /** The life of the job with this id. */
    Life job(String id) {
        if (firstResult != null && lastResult != null) {
            steps.add(new Life.Step(
                    firstResult.atMs(),
                    lastResult.atMs(),
                    firstResult.place(),
                    outcomes.size() + " outcomes, " + failed + " of them failures, and " + repeats
                            + " repeats that do not count"));
        }
        if (submitted.isEmpty()) {
            return new Life(id, steps, "unknown: no record submits it, or that is no longer kept", "");
        }
        String state = outcomes.size() + " of "
                + finished.map(end -> end.getTotal() + "").orElse("at least " + registered)
                + " requests have their outcome";
        return new Life(id, steps, stopped.isEmpty() ? state : stopped + "; " + state, jobWaitsFor());
    }

    private String jobWaitsFor() {
        if (!stopped.isEmpty() || finished.filter(ExpansionFinished::hasFailure).isPresent()) {
            return "";
        }
        long open = registered - outcomes.size();
        if (open > 0) {
            return "workers, which have " + open + " of its requests before them";
        }
        return finished.isPresent() ? "" : "the assembler, to read the lines of its file";
    }

    /**
     * The life of the request with this id.
     *
     * @param delivered its records in the lanes
     */
    Life request(String id, List<Sighting> delivered) {
        delivered.forEach(seen -> step(seen, standing(seen)));
        if (!outcomes.isEmpty()) {
            return new Life(id, steps, "has its outcome", "");
        }
        if (!stopped.isEmpty()) {
            return new Life(id, steps, stopped, "");
        }
        if (registered == 0) {
            return new Life(id, steps, "unknown, or its line was not read yet", "");
        }
        return delivered.isEmpty()
                ? new Life(
                        id,
                        steps,
                        "registered, but in no lane",
                        "its deadline, which will expire it; a replay runs it before")
                : new Life(id, steps, "in its lane or at a worker", "a worker that serves its model");
    }

    private static String standing(Sighting seen) {
        int more = RecordContent.requests(seen.value().toByteArray()).size() - 1;
        return more > 0 ? "stands in its lane, in one record with " + more + " more of its job" : "stands in its lane";
    }
}
