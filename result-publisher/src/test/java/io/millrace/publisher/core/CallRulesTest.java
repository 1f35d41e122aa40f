package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.Ids;
import org.junit.jupiter.api.Test;

class CallRulesTest {
    private final JobLog log = new JobLog(Ids.create(Ids.SESSION, JobLog.SUBMITTED_AT));
    private final StreamUnderTest calls = new StreamUnderTest(log.id());

    @Test
    void shouldSettleEachCallOnceInTheOrderOfTheResults() {
        // when
        calls.readAll(
                log.accepted(1),
                log.accepted(0),
                log.accepted(1),
                log.success(1),
                log.success(0),
                log.success(1),
                log.deadlineReached(0));

        // then
        assertThat(calls.results())
                .extracting(event -> event.getResult().getItem())
                .containsExactly(1L, 0L);
        assertThat(calls.state().getCounts().getTotal()).isEqualTo(2);
        assertThat(calls.timers).extracting(Timer::purpose).containsExactly(Timer.Purpose.RETENTION);
    }

    @Test
    void shouldKnowWhatWasAskedUnderAKeyBeforeAndAfterItsResult() {
        // given
        calls.read(log.keyed(0, "one"));

        // when
        Decision repeated = calls.read(log.keyed(0, "one"));
        Decision conflict = calls.read(log.keyed(0, "other"));
        calls.read(log.success(0));

        // then
        assertThat(repeated).isEqualTo(new Decision.Dropped(Decision.Cause.REPEATED));
        assertThat(conflict).isEqualTo(new Decision.Dropped(Decision.Cause.CONFLICT));
        assertThat(calls.read(log.keyed(0, "one"))).isEqualTo(repeated);
        assertThat(calls.read(log.keyed(0, "other"))).isEqualTo(conflict);
        assertThat(calls.results()).hasSize(1);
    }

    @Test
    void shouldExpireACallWithoutAResult() {
        // when
        calls.readAll(log.accepted(0), log.deadlineReached(0), log.success(0));

        // then
        assertThat(calls.results())
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getResult().getFailure().getCode()).isEqualTo("request_expired"));
    }

    @Test
    void shouldRefuseWhatWasNotAccepted() {
        assertThat(calls.read(log.success(0))).isInstanceOf(Decision.Refused.class);
        calls.readAll(log.accepted(0));
        assertThat(calls.read(log.success(1))).isInstanceOf(Decision.Refused.class);
        assertThat(calls.read(log.deadlineReached(1))).isInstanceOf(Decision.Refused.class);
        assertThat(calls.read(log.submitted())).isInstanceOf(Decision.Refused.class);
    }
}
