package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.StreamEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ResultStreamPropertyTest {

    @Property(tries = 300)
    void shouldGiveEachRequestOneOutcomeHoweverWorkersRepeatThem(
            @ForAll @IntRange(min = 1, max = 300) int total,
            @ForAll @IntRange(min = 1, max = 4) int repeats,
            @ForAll long seed) {
        // given
        JobLog log = JobLog.ofJob();

        // when
        StreamUnderTest job = new StreamUnderTest(log.id());
        records(log, total, repeats, new Random(seed)).forEach(job::read);

        // then
        assertThat(job.results().stream().map(event -> event.getResult().getItem()))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, total).boxed().toList());
        assertThat(job.events.stream().filter(event -> event.hasEnd())).hasSize(1);
        assertThat(job.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_COMPLETED);
        assertThat(job.state().getNextOffset()).isEqualTo(job.events.size());
    }

    @Property(tries = 100)
    void shouldGiveTheSameEventsForTheSameLog(@ForAll @IntRange(min = 1, max = 100) int total, @ForAll long seed) {
        // given
        JobLog log = JobLog.ofJob();
        List<StreamEvent> records = records(log, total, 3, new Random(seed));

        // when
        StreamUnderTest first = new StreamUnderTest(log.id());
        StreamUnderTest second = new StreamUnderTest(log.id());
        records.forEach(first::read);
        records.forEach(second::read);

        // then
        assertThat(second.events).isEqualTo(first.events);
        assertThat(second.state()).isEqualTo(first.state());
        assertThat(second.timers).isEqualTo(first.timers);
    }

    @Property(tries = 200)
    void shouldDecideAboutAGroupAsIfItsResultsHadComeOneByOne(
            @ForAll @IntRange(min = 1, max = 200) int total,
            @ForAll @IntRange(min = 2, max = 64) int most,
            @ForAll long seed) {
        // given
        JobLog log = JobLog.ofJob();
        List<StreamEvent> records = records(log, total, 2, new Random(seed));

        // when
        StreamUnderTest alone = new StreamUnderTest(log.id());
        StreamUnderTest grouped = new StreamUnderTest(log.id());
        records.forEach(alone::read);
        List<StreamEvent> fewer = grouped(log, records, most, new Random(seed));
        fewer.forEach(grouped::read);

        // then
        assertThat(withoutTimes(grouped.events)).isEqualTo(withoutTimes(alone.events));
        assertThat(grouped.state().getCounts()).isEqualTo(alone.state().getCounts());
        assertThat(grouped.state().getUsage()).isEqualTo(alone.state().getUsage());
        assertThat(grouped.state().getNextOffset()).isEqualTo(alone.state().getNextOffset());
    }

    /** The same log with some of the results that follow each other in one record. */
    private static List<StreamEvent> grouped(JobLog log, List<StreamEvent> records, int most, Random random) {
        List<StreamEvent> grouped = new ArrayList<>();
        List<StreamEvent> group = new ArrayList<>();
        for (StreamEvent record : records) {
            if (!group.isEmpty() && (!record.hasResult() || group.size() == 1 + random.nextInt(most))) {
                grouped.add(log.together(group));
                group.clear();
            }
            (record.hasResult() ? group : grouped).add(record);
        }
        if (!group.isEmpty()) {
            grouped.add(log.together(group));
        }
        return grouped;
    }

    private static List<LoggedEvent> withoutTimes(List<LoggedEvent> events) {
        return events.stream()
                .map(event -> event.toBuilder().clearAtMs().build())
                .toList();
    }

    /** A job that is expanded in slices while results of what is there come in any order, each more than once. */
    private static List<StreamEvent> records(JobLog log, int total, int repeats, Random random) {
        List<StreamEvent> records = new ArrayList<>(List.of(log.submitted()));
        List<StreamEvent> waiting = new ArrayList<>();
        long registered = 0;
        while (registered < total) {
            long to = Math.min(total, registered + 1 + random.nextInt(40));
            records.add(log.expanded(registered, to));
            for (long item = registered; item < to; item++) {
                for (int repeat = 0; repeat < repeats; repeat++) {
                    waiting.add(random.nextInt(5) == 0 ? log.failure(item, ErrorCode.MODEL_FAILED) : log.success(item));
                }
            }
            registered = to;
            Collections.shuffle(waiting, random);
            int now = random.nextInt(waiting.size());
            records.addAll(waiting.subList(0, now));
            waiting.subList(0, now).clear();
        }
        int finished = random.nextInt(waiting.size() + 1);
        records.addAll(waiting.subList(0, finished));
        records.add(log.expansionFinished(total, total));
        records.addAll(waiting.subList(finished, waiting.size()));
        return records;
    }
}
