package io.millrace.assembler.core;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.ItemRange;
import io.millrace.schemas.v1.Priority;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import java.util.ArrayList;
import java.util.List;

/** The messages that an expansion writes. */
public final class ExpansionRecords {
    private ExpansionRecords() {}

    /** The lane in which the job's requests for a model stand. */
    public static String lane(ExpandFile job, String model) {
        return Topics.requests(model, job.getPriority() == Priority.PRIORITY_HIGH ? Lane.HIGH : Lane.BATCH);
    }

    /** A valid line, as a request. */
    public static InferenceRequest request(ExpandFile job, long item, ParsedLine.Request line, long atMs) {
        return InferenceRequest.newBuilder()
                .setTenant(job.getTenant())
                .setRequestId(Ids.request(job.getJobId(), item))
                .setStream(StreamAddress.newBuilder()
                        .setKind(StreamKind.STREAM_KIND_JOB)
                        .setId(job.getJobId()))
                .setItem(item)
                .setCustomId(line.customId())
                .setModel(line.model())
                .setEndpoint(job.getEndpoint())
                .setBody(line.body())
                .setAcceptedAtMs(atMs)
                .setDeadlineMs(job.getDeadlineMs())
                .setLine(line.number())
                .setTraceparent(job.getTraceparent())
                .build();
    }

    /** An invalid line, as the outcome that it has at once. */
    public static StreamEvent invalid(ExpandFile job, long item, ParsedLine.Invalid line) {
        Failure failure = failure(line.code(), line.message()).toBuilder()
                .setLine(line.number())
                .build();
        Result result = Result.newBuilder()
                .setRequestId(Ids.request(job.getJobId(), item))
                .setItem(item)
                .setCustomId(line.customId())
                .setFailure(failure)
                .setTraceparent(job.getTraceparent())
                .build();
        return event(job).setResult(result).build();
    }

    /** The items of a slice exist. */
    public static StreamEvent expanded(ExpandFile job, long from, long to) {
        Expanded expanded = Expanded.newBuilder()
                .setFrom(from)
                .setTo(to)
                .setDeadlineMs(job.getDeadlineMs())
                .build();
        return event(job).setExpanded(expanded).build();
    }

    /** The items of lines in order, as ranges without holes: a blank line leaves one. */
    public static List<ItemRange> ranges(List<ParsedLine> lines) {
        List<ItemRange> ranges = new ArrayList<>();
        for (ParsedLine line : lines) {
            long item = line.number() - 1;
            boolean goesOn = !ranges.isEmpty() && ranges.getLast().getTo() == item;
            long from = goesOn ? ranges.removeLast().getFrom() : item;
            ranges.add(ItemRange.newBuilder().setFrom(from).setTo(item + 1).build());
        }
        return ranges;
    }

    /** The file is read to its end. */
    public static StreamEvent finished(ExpandFile job, long total, long valid) {
        return event(job)
                .setExpansionFinished(
                        ExpansionFinished.newBuilder().setTotal(total).setValid(valid))
                .build();
    }

    /** The file cannot be read to its end. */
    public static StreamEvent failed(ExpandFile job, long total, long valid, Failure failure) {
        return event(job)
                .setExpansionFinished(ExpansionFinished.newBuilder()
                        .setTotal(total)
                        .setValid(valid)
                        .setFailure(failure))
                .build();
    }

    /** A failure of the catalogue. */
    public static Failure failure(ErrorCode code, String message) {
        return Failure.newBuilder().setCode(code.code()).setMessage(message).build();
    }

    private static StreamEvent.Builder event(ExpandFile job) {
        return StreamEvent.newBuilder().setTenant(job.getTenant()).setStreamId(job.getJobId());
    }
}
