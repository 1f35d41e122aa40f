package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.StreamEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    @Test
    void shouldNumberTheSameAfterACrashAtEveryCommitOfAJob() {
        JobLog log = JobLog.ofJob();
        shouldNumberTheSame(
                log,
                List.of(
                        log.submitted(),
                        log.submitted(),
                        log.expanded(4, 7),
                        log.success(5),
                        log.success(5),
                        log.failure(2, ErrorCode.MODEL_FAILED),
                        log.expanded(0, 3),
                        log.failure(2, ErrorCode.MODEL_FAILED),
                        log.success(2),
                        log.success(0),
                        log.success(4),
                        log.success(1),
                        log.expansionFinished(6, 6),
                        log.cancelRequested(),
                        log.success(6),
                        log.deadlineReached(),
                        log.expansionFinished(6, 6)));
    }

    @Test
    void shouldNumberTheSameAfterACrashAtEveryCommitOfASession() {
        JobLog log = JobLog.ofCall();
        shouldNumberTheSame(
                log,
                List.of(
                        log.accepted(0),
                        log.success(0),
                        log.accepted(3),
                        log.success(0),
                        log.accepted(1),
                        log.cancelRequested(3),
                        log.success(3),
                        log.deadlineReached(1),
                        log.success(1)));
    }

    /** Whoever takes over reads again what came after the commit; events told before the crash keep their numbers. */
    private static void shouldNumberTheSame(JobLog log, List<StreamEvent> records) {
        for (int committed = 1; committed < records.size(); committed++) {
            // given
            StreamUnderTest before = new StreamUnderTest(log.id());
            records.subList(0, committed).forEach(before::read);
            StreamUnderTest after = before.takenOver();
            records.subList(committed, records.size()).forEach(before::read);
            List<LoggedEvent> told = List.copyOf(before.events);

            // when
            records.subList(committed, records.size()).forEach(after::read);

            // then
            assertThat(after.events).isEqualTo(told);
            assertThat(after.state()).isEqualTo(before.state());
            assertThat(after.timers).isEqualTo(before.timers);
        }
    }
}
