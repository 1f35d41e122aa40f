package io.millrace.publisher.hub;

import com.google.protobuf.ByteString;
import io.millrace.publisher.core.RegisteredItems;
import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.ItemRange;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output file or the error file of an ended job, built from its events when somebody reads it. What never ran comes last
 * in the error file, built from the ranges of what was registered. The same bytes every time. Blocks.
 */
public final class JobFile {
    private static final int PAGE_EVENTS = 256;
    private static final long PAGE_BYTES = 256 * 1024;
    private static final int PAGE_ITEMS = 1_000;

    private final EventLog log;
    private final StreamKey job;
    private final StreamState state;
    private final Kind kind;
    private final List<ItemRange> ranges;
    private final InputLines input;

    /** Which file. */
    public enum Kind {
        /** What succeeded. */
        OUTPUT,
        /** What did not. */
        ERRORS
    }

    /**
     * Some whole lines.
     *
     * @param next where the file goes on; absent at its end
     */
    public record Block(ByteString lines, @Nullable Cursor next) {}

    /**
     * Between two lines of the file: the next event's offset, then the range and the item of what never ran, and where its lines
     * stand in the input.
     */
    public record Cursor(long offset, int range, long item, InputLines.Place input) {
        /** The beginning. */
        public static final Cursor START = new Cursor(0, 0, 0, InputLines.Place.START);
    }

    /** The file of a job that has ended. */
    public JobFile(EventLog log, InputLines input, StreamKey job, StreamState state, Kind kind) {
        this.log = log;
        this.input = input;
        this.job = job;
        this.state = state;
        this.kind = kind;
        this.ranges = RegisteredItems.ranges(state);
    }

    /** Whether there is anything in it. */
    public boolean exists() {
        long done = state.getCounts().getCompleted();
        return kind == Kind.OUTPUT ? done > 0 : done < state.getCounts().getTotal();
    }

    /** The next lines; there may be none in this stretch of the log, and more later. */
    public Block read(Cursor cursor) {
        if (cursor.offset() < state.getNextOffset()) {
            return readEvents(cursor.offset());
        }
        return kind == Kind.ERRORS && cursor.range() < ranges.size()
                ? readOpen(cursor)
                : new Block(ByteString.EMPTY, null);
    }

    /** Bytes in all. Reads everything. */
    public long size() {
        long size = 0;
        @Nullable Cursor cursor = Cursor.START;
        while (cursor != null) {
            Block block = read(cursor);
            size += block.lines().size();
            cursor = block.next();
        }
        return size;
    }

    private Block readEvents(long offset) {
        List<LoggedEvent> events = log.read(job, offset, PAGE_EVENTS, PAGE_BYTES);
        if (events.isEmpty()) {
            throw new MillraceException(ErrorCode.FILE_NOT_FOUND, "the file's content is no longer kept");
        }
        ByteString.Output lines = ByteString.newOutput();
        for (LoggedEvent event : events) {
            requireKept(event.getResult());
            if (event.hasResult() && event.getResult().hasSuccess() == (kind == Kind.OUTPUT)) {
                BatchLine.append(lines, event.getResult());
            }
        }
        return new Block(lines.toByteString(), new Cursor(offset + events.size(), 0, 0, InputLines.Place.START));
    }

    /** A file that lacks lines must not look like a whole one. */
    private static void requireKept(Result result) {
        if (result.getFailure().getCode().equals(ErrorCode.RESULT_GONE.code())) {
            throw new MillraceException(
                    ErrorCode.RESULT_GONE,
                    "of " + result.getRequestId() + ": " + result.getFailure().getMessage());
        }
    }

    private Block readOpen(Cursor cursor) {
        ItemRange range = ranges.get(cursor.range());
        long from = Math.max(cursor.item(), range.getFrom());
        EventLog.OpenItems open = log.openItems(job, from, range.getTo(), PAGE_ITEMS);
        InputLines.Found found = input.find(job, state.getJob().getInputFileId(), open.items(), cursor.input());
        ByteString.Output lines = ByteString.newOutput();
        for (long item : open.items()) {
            InputLines.Line line = found.lines().getOrDefault(item, new InputLines.Line(item + 1, ""));
            BatchLine.appendOpen(
                    lines,
                    job.requestId(item),
                    line.customId(),
                    notRun(state, item).toBuilder().setLine(line.number()).build());
        }
        Cursor next = open.next() < range.getTo()
                ? new Cursor(cursor.offset(), cursor.range(), open.next(), found.next())
                : new Cursor(cursor.offset(), cursor.range() + 1, 0, found.next());
        return new Block(lines.toByteString(), next);
    }

    /** Why a registered request of an ended job has no outcome of its own. */
    public static Failure notRun(StreamState state, long item) {
        ErrorCode code =
                state.getStatus() == JobStatus.JOB_STATUS_EXPIRED ? ErrorCode.BATCH_EXPIRED : ErrorCode.BATCH_CANCELLED;
        String why = switch (state.getStatus()) {
            case JOB_STATUS_EXPIRED -> "the batch expired before this request ran";
            case JOB_STATUS_FAILED -> "the batch failed before this request ran";
            default -> "the batch was cancelled before this request ran";
        };
        return Failure.newBuilder()
                .setCode(code.code())
                .setMessage(why)
                .setLine(item + 1)
                .build();
    }
}
