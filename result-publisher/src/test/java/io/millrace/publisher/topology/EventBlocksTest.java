package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RecordedResult;
import io.millrace.schemas.v1.Result;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventBlocksTest {
    private static final long AT = 1_000;
    private final JobLog log = JobLog.ofJob();

    @Test
    void shouldNameThePlaceOfEachResultThatBecameAnEvent() {
        // given: of six results the first, the third and the last count, and progress comes between
        List<Result> all = LongStream.range(10, 16)
                .mapToObj(item -> log.success(item).getResult())
                .toList();
        LoggedEvent progress = LoggedEvent.newBuilder()
                .setAtMs(AT)
                .setProgress(Counts.newBuilder().setCompleted(2))
                .build();
        List<LoggedEvent> events = List.of(event(all.get(0)), event(all.get(2)), progress, event(all.get(5)));

        // when
        EventBlock block = EventBlocks.referring(events, new SourceRecord(77, 20_000, AT, all));

        // then
        assertThat(block.getRecord().getOffset()).isEqualTo(77);
        assertThat(block.getRecord().getSize()).isEqualTo(20_000);
        assertThat(block.getEventsList()).extracting(LoggedEvent::getAtMs).containsOnly(AT);
        assertThat(block.getEventsList())
                .extracting(LoggedEvent::getRecorded)
                .containsExactly(at(0, 10), at(2, 12), RecordedResult.getDefaultInstance(), at(5, 15));
        assertThat(block.getEvents(2)).isEqualTo(progress);
        assertThat(block.toString()).doesNotContain("body");
    }

    @Test
    void shouldTakeTheResultThatCountsAndNotAnotherOneForTheSameRequest() {
        // given
        Result wrong =
                log.success(3).getResult().toBuilder().setRequestId("another").build();
        Result right = log.success(3).getResult();

        // when
        EventBlock block =
                EventBlocks.referring(List.of(event(right)), new SourceRecord(1, 20_000, AT, List.of(wrong, right)));

        // then
        assertThat(block.getEventsList()).extracting(LoggedEvent::getRecorded).containsExactly(at(1, 3));
    }

    private static LoggedEvent event(Result result) {
        return LoggedEvent.newBuilder().setAtMs(AT).setResult(result).build();
    }

    private static RecordedResult at(int index, long item) {
        return RecordedResult.newBuilder().setIndex(index).setItem(item).build();
    }
}
