package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.JobStatus;
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
