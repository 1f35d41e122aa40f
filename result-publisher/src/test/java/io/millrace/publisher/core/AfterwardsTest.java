package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.publisher.JobLog;
import org.junit.jupiter.api.Test;

class AfterwardsTest {
    private final JobLog log = JobLog.ofJob();
    private final StreamUnderTest job = new StreamUnderTest(log.id());

    @Test
    void shouldRememberEachWebhookUntilItWasTold() {
        // given
        job.readAll(log.submittedTelling(0, "http://one/", "http://two/"), log.expanded(0, 1), log.success(0));
        assertThat(job.timers).extracting(Timer::purpose).doesNotContain(Timer.Purpose.WEBHOOK);
        Decision early = job.read(log.webhookSettled(0));

        // when
        job.readAll(log.expansionFinished(1, 1));
        long events = job.state().getNextOffset();
        job.readAll(log.webhookSettled(1), log.webhookSettled(1));
        Decision unknown = job.read(log.webhookSettled(2));

        // then
        assertThat(early).isInstanceOf(Decision.Refused.class);
        assertThat(unknown).isInstanceOf(Decision.Refused.class);
        assertThat(job.timers)
                .extracting(Timer::purpose, Timer::item)
                .containsExactlyInAnyOrder(tuple(Timer.Purpose.WEBHOOK, 0L), tuple(Timer.Purpose.RETENTION, 0L));
        assertThat(job.state().getNextOffset()).isEqualTo(events);
    }

    @Test
    void shouldKeepAJobAsLongAsItAsksOrUntilItIsDeleted() {
        // given
        job.readAll(log.submittedTelling(60_000, "http://one/"));
        assertThat(job.read(log.deleteRequested())).isInstanceOf(Decision.Refused.class);

        // when
        job.readAll(log.cancelRequested());
        long endedAt = job.state().getEndedAtMs();

        // then
        assertThat(job.timers)
                .filteredOn(timer -> timer.purpose() == Timer.Purpose.REMOVAL)
                .extracting(Timer::dueMs)
                .containsExactly(endedAt + 60_000);

        // when
        job.read(log.deleteRequested());
        assertThat(job.read(log.deleteRequested())).isEqualTo(new Decision.Dropped(Decision.Cause.REPEATED));

        // then
        assertThat(job.timers)
                .filteredOn(timer -> timer.purpose() == Timer.Purpose.REMOVAL)
                .extracting(Timer::dueMs)
                .containsExactly(endedAt + 1);
        assertThat(job.read(log.forget(endedAt)))
                .isInstanceOfSatisfying(
                        Decision.Forgotten.class,
                        forgotten -> assertThat(forgotten.timers()).containsExactlyInAnyOrderElementsOf(job.timers));
    }
}
