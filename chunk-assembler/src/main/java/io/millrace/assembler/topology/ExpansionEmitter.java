package io.millrace.assembler.topology;

import io.millrace.assembler.core.ExpansionRecords;
import io.millrace.assembler.core.ParsedLine;
import io.millrace.assembler.core.Progress;
import io.millrace.assembler.core.RequestGrouping;
import io.millrace.assembler.core.Slice;
import io.millrace.assembler.topology.Emitted.JobEvent;
import io.millrace.assembler.topology.Emitted.LaneRecord;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.ExpansionState;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.ItemRange;
import io.millrace.schemas.v1.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an expansion's records and its new state, in one transaction, which ends early among a job's first requests and after
 * its last ones. A slice's range is registered in the job's stream before any of its requests stands in a lane.
 */
final class ExpansionEmitter {
    private static final Logger LOG = LoggerFactory.getLogger(ExpansionEmitter.class);

    private final ProcessorContext<byte[], Emitted> context;
    private final ExpansionStore expansions;
    private final PendingWork pending;
    private final RequestGrouping grouping;
    private final EarlyCommits commits;
    private final AssemblerMetrics metrics;

    ExpansionEmitter(
            ProcessorContext<byte[], Emitted> context,
            ExpansionStore expansions,
            PendingWork pending,
            RequestGrouping grouping,
            EarlyCommits commits,
            AssemblerMetrics metrics) {
        this.context = context;
        this.expansions = expansions;
        this.pending = pending;
        this.grouping = grouping;
        this.commits = commits;
        this.metrics = metrics;
    }

    /** Notes that the file is to be expanded from its beginning. */
    void begin(EntityKey job, ExpandFile request) {
        expansions.put(job, ExpansionState.newBuilder().setRequest(request).build());
        pending.add(PendingWork.Kind.EXPAND, job);
        LOG.atInfo()
                .addKeyValue("job", request.getJobId())
                .addKeyValue("upload", request.getUploadId())
                .addKeyValue("trace", Traceparent.traceId(request.getTraceparent()))
                .log("expansion begins");
    }

    /** Notes that the chunks of a record-aligned upload are to be expanded as they come. */
    void beginAligned(EntityKey job, ExpandFile request) {
        expansions.put(
                job,
                ExpansionState.newBuilder()
                        .setRequest(request)
                        .setRecordAligned(true)
                        .build());
        LOG.atInfo()
                .addKeyValue("job", request.getJobId())
                .addKeyValue("upload", request.getUploadId())
                .log("expansion begins with the upload");
    }

    /** Writes lines of a record-aligned upload, whose numbers say which items they are; the state is the one afterwards. */
    void emit(EntityKey job, ExpansionState next, List<ParsedLine> lines, long nowMs) {
        ExpandFile request = next.getRequest();
        Sorted sorted = new Sorted(job, request, nowMs);
        for (ParsedLine line : lines) {
            sorted.add(line.number() - 1, line);
        }
        for (ItemRange range : ExpansionRecords.ranges(lines)) {
            event(request, ExpansionRecords.expanded(request, range.getFrom(), range.getTo()), nowMs);
        }
        sorted.emit(next.getItems());
        expansions.put(
                job,
                next.toBuilder()
                        .setItems(next.getItems() + lines.size())
                        .setValid(next.getValid() + sorted.valid())
                        .build());
    }

    /** Writes the slice that follows on the state. */
    void emit(EntityKey job, ExpansionState state, Slice slice, long nowMs) {
        ExpandFile request = state.getRequest();
        Sorted sorted = new Sorted(job, request, nowMs);
        long item = state.getItems();
        for (ParsedLine line : slice.lines()) {
            sorted.add(item++, line);
        }
        event(request, ExpansionRecords.expanded(request, state.getItems(), item), nowMs);
        sorted.emit(state.getItems());
        expansions.put(
                job,
                state.toBuilder()
                        .setPosition(slice.to().position())
                        .setLines(slice.to().lines())
                        .setItems(item)
                        .setValid(state.getValid() + sorted.valid())
                        .build());
    }

    /** Ends the expansion at the end of the file. */
    void finish(EntityKey job, ExpansionState state, long nowMs) {
        ExpandFile request = state.getRequest();
        end(job, state, ExpansionRecords.finished(request, state.getItems(), state.getValid()), nowMs);
        LOG.atInfo()
                .addKeyValue("job", request.getJobId())
                .addKeyValue("requests", state.getItems())
                .addKeyValue("valid", state.getValid())
                .log("expansion is complete");
    }

    /** Ends the expansion where it stands. */
    void fail(EntityKey job, ExpansionState state, Failure why, long nowMs) {
        ExpandFile request = state.getRequest();
        end(job, state, ExpansionRecords.failed(request, state.getItems(), state.getValid(), why), nowMs);
        LOG.atWarn()
                .addKeyValue("job", request.getJobId())
                .addKeyValue("cause", why.getCode())
                .log("expansion has failed: {}", why.getMessage());
    }

    /** Writes an event of the job's stream. */
    void event(ExpandFile job, StreamEvent event, long timestamp) {
        forward(job, new JobEvent(event), timestamp);
    }

    static Progress progress(ExpansionState state) {
        return new Progress(state.getPosition(), state.getLines(), state.getItems());
    }

    /** Lines of a job in order: those that are requests, and those that have their outcome at once. */
    private final class Sorted {
        private final CustomIdStore.Claims customIds;
        private final ExpandFile request;
        private final long nowMs;
        private final List<InferenceRequest> requests = new ArrayList<>();
        private final List<StreamEvent> outcomes = new ArrayList<>();

        Sorted(EntityKey job, ExpandFile request, long nowMs) {
            this.customIds = expansions.customIds().claims(job);
            this.request = request;
            this.nowMs = nowMs;
        }

        void add(long item, ParsedLine line) {
            switch (line) {
                case ParsedLine.Invalid invalid -> outcomes.add(ExpansionRecords.invalid(request, item, invalid));
                case ParsedLine.Request valid -> {
                    if (customIds.add(valid.customIdFingerprint())) {
                        requests.add(ExpansionRecords.request(request, item, valid, nowMs));
                    } else {
                        outcomes.add(ExpansionRecords.invalid(request, item, repeated(valid)));
                    }
                }
            }
        }

        private static ParsedLine.Invalid repeated(ParsedLine.Request line) {
            return new ParsedLine.Invalid(
                    line.number(),
                    line.customId(),
                    ErrorCode.DUPLICATE_CUSTOM_ID,
                    "an earlier line has the same custom_id");
        }

        long valid() {
            return requests.size();
        }

        /** @param first items of the job before these lines */
        void emit(long first) {
            customIds.store(first);
            outcomes.forEach(outcome -> event(request, outcome, nowMs));
            for (List<InferenceRequest> group : grouping.groups(requests)) {
                String lane = ExpansionRecords.lane(request, group.getFirst().getModel());
                forward(request, new LaneRecord(lane, RequestRecords.together(group)), nowMs);
            }
            commits.written(first, first + requests.size() + outcomes.size());
            metrics.expanded(requests.size(), outcomes.size());
        }
    }

    private void end(EntityKey job, ExpansionState state, StreamEvent event, long nowMs) {
        event(state.getRequest(), event, nowMs);
        commits.soon();
        expansions.put(job, state.toBuilder().setFinished(true).build());
        pending.done(PendingWork.Kind.EXPAND, job);
        if (state.getItems() > 0) {
            pending.add(PendingWork.Kind.DELETE_CUSTOM_IDS, job);
        }
        metrics.expansionEnded(!event.getExpansionFinished().hasFailure());
    }

    private void forward(ExpandFile job, Emitted.OfJob emitted, long timestamp) {
        switch (emitted) {
            case JobEvent event ->
                context.forward(traced(job, job.getJobId(), event, timestamp), AssemblerTopology.JOB_EVENTS);
            case LaneRecord requests ->
                context.forward(
                        traced(job, requests.record().getRequestId(), requests, timestamp), AssemblerTopology.LANES);
        }
    }

    private static Record<byte[], Emitted> traced(ExpandFile job, String key, Emitted.OfJob emitted, long timestamp) {
        Headers headers = new RecordHeaders();
        Traceparent.put(headers, job.getTraceparent());
        return new Record<>(key(key), emitted, timestamp, headers);
    }

    private static byte[] key(String id) {
        return id.getBytes(StandardCharsets.UTF_8);
    }
}
