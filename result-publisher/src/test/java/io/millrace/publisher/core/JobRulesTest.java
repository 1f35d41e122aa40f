package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRulesTest {
    private final JobLog log = JobLog.ofJob();
    private final StreamUnderTest job = new StreamUnderTest(log.id());

    @Test
    void shouldCompleteWhenEveryRequestHasItsOutcome() {
        // when
        job.readAll(
                log.submitted(),
                log.expanded(0, 2),
                log.failure(1, ErrorCode.INVALID_JSON),
                log.expansionFinished(2, 1),
                log.success(0));

        // then
        assertThat(job.events)
                .extracting(LoggedEvent::getEventCase)
                .containsExactly(
                        LoggedEvent.EventCase.PROGRESS,
                        LoggedEvent.EventCase.RESULT,
                        LoggedEvent.EventCase.PROGRESS,
                        LoggedEvent.EventCase.RESULT,
                        LoggedEvent.EventCase.END);
        assertThat(job.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_COMPLETED);
        assertThat(job.last().getEnd().getCounts().getCompleted()).isEqualTo(1);
        assertThat(job.last().getEnd().getCounts().getFailed()).isEqualTo(1);
        assertThat(job.last().getEnd().getOutputFileId()).startsWith("file-");
        assertThat(job.last().getEnd().getErrorFileId())
                .startsWith("file-")
                .isNotEqualTo(job.last().getEnd().getOutputFileId());
        assertThat(job.timers).extracting(Timer::purpose).containsExactly(Timer.Purpose.RETENTION);
    }

    @Test
    void shouldKeepTheFirstOutcomeOfARequest() {
        // given
        job.readAll(log.submitted(), log.expanded(0, 2), log.success(0));

        // when
        Decision decision = job.read(log.failure(0, ErrorCode.MODEL_FAILED));

        // then
        assertThat(decision).isEqualTo(new Decision.Dropped(Decision.Cause.OUTCOME_EXISTS));
        assertThat(job.results())
                .singleElement()
                .satisfies(event -> assertThat(event.getResult().hasSuccess()).isTrue());
    }

    @Test
    void shouldRefuseTheResultOfARequestThatIsNotRegistered() {
        // given
        job.readAll(log.submitted(), log.expanded(0, 2));

        // when
        Decision decision = job.read(log.success(2));

        // then
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        assertThat(job.results()).isEmpty();
    }

    @Test
    void shouldTakeTheGoodOnesOfAGroupAndRefuseTheRest() {
        // given
        job.readAll(log.submitted(), log.expanded(0, 4), log.success(3));

        // when
        Decision decision = job.read(log.together(
                List.of(log.success(0), log.success(9), log.success(3), log.success(0), log.success(1, "{"))));

        // then
        assertThat(job.results().stream().map(event -> event.getResult().getItem()))
                .containsExactly(3L, 0L);
        List<Decision> parts = ((Decision.Parts) decision).parts();
        assertThat(parts.getFirst()).isInstanceOf(Decision.Applied.class);
        assertThat(parts.subList(1, 3)).containsOnly(new Decision.Dropped(Decision.Cause.OUTCOME_EXISTS));
        assertThat(((Decision.Refused) parts.getLast()).reason())
                .contains("request " + Ids.request(log.id(), 9) + " is not registered", "is no JSON");
    }

    @Test
    void shouldDropWhatStandsInAGroupBehindTheJobsEnd() {
        // given
        job.readAll(log.submitted(), log.expanded(0, 2), log.expansionFinished(2, 2));

        // when
        Decision decision = job.read(log.together(List.of(log.success(1), log.success(0), log.success(1))));

        // then
        assertThat(((Decision.Parts) decision).parts().getLast()).isEqualTo(new Decision.Dropped(Decision.Cause.ENDED));
        assertThat(job.last().hasEnd()).isTrue();
        assertThat(job.state().getCounts().getCompleted()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatBelongsToNoJob() {
        assertThat(job.read(log.success(0))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.expanded(0, 1))).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void shouldRefuseABodyThatIsNoJson() {
        // given
        job.readAll(log.submitted(), log.expanded(0, 1));

        // then
        assertThat(job.read(log.success(0, "{\"open\":"))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.success(0, ""))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.success(0, "{} {}"))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.success(0, "{\"a\": [1,\n 2]}"))).isInstanceOf(Decision.Applied.class);
    }

    @Test
    void shouldSumTheTokensThatResultsTell() {
        // when
        job.readAll(
                log.submitted(),
                log.expanded(0, 4),
                log.success(
                        0,
                        "{\"data\":[{\"usage\":{\"total_tokens\":9}}],\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}"),
                log.success(
                        1,
                        "{\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":5,\"total_tokens\":7,\"d\":{\"x\":1}}}"),
                log.success(2, "[{\"usage\":{\"total_tokens\":9}}]"),
                log.success(0, "{\"usage\":{\"total_tokens\":9}}"));

        // then
        assertThat(job.state().getUsage().getInput()).isEqualTo(5);
        assertThat(job.state().getUsage().getOutput()).isEqualTo(5);
        assertThat(job.state().getUsage().getTotal()).isEqualTo(10);
    }

    @Test
    void shouldIgnoreTheSameSubmissionAndKeepTheFirstOfTwo() {
        // given
        job.readAll(log.submitted());

        // then
        assertThat(job.read(log.submitted())).isEqualTo(new Decision.Dropped(Decision.Cause.REPEATED));
        assertThat(job.read(log.submitted(JobLog.SUBMITTED_AT, JobLog.DEADLINE, "another")))
                .isEqualTo(new Decision.Dropped(Decision.Cause.CONFLICT));
        assertThat(job.state().getJob().getFingerprint().toStringUtf8()).isEqualTo("fingerprint");
    }

    @Test
    void shouldRegisterSlicesInAnyOrderAndWithHoles() {
        // given
        job.readAll(log.submitted(), log.expanded(10, 20), log.expanded(3, 5));

        // then
        assertThat(job.read(log.expanded(11, 15))).isEqualTo(new Decision.Dropped(Decision.Cause.REPEATED));
        assertThat(job.read(log.success(9))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.success(10))).isInstanceOf(Decision.Applied.class);

        // when
        job.readAll(log.expanded(0, 3), log.expanded(6, 10));

        // then
        assertThat(job.state().getRegistered()).isEqualTo(5);
        assertThat(job.state().getFurtherList()).hasSize(1);
        assertThat(job.state().getCounts().getTotal()).isEqualTo(19);
        assertThat(job.read(log.expansionFinished(20, 20))).isInstanceOf(Decision.Refused.class);
        assertThat(job.read(log.expansionFinished(19, 19))).isInstanceOf(Decision.Applied.class);
        assertThat(job.read(log.expanded(30, 31))).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void shouldFailWhenItsLinesHaveMoreGapsThanItCanRemember() {
        // given
        job.readAll(log.submitted());

        // when
        for (int item = 0; item <= RegisteredItems.MAX_GAPS; item++) {
            job.read(log.expanded(2L * item + 1, 2L * item + 2));
        }

        // then
        assertThat(job.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_FAILED);
        assertThat(job.state().getFailure().getMessage()).contains("4096");
    }

    @Test
    void shouldFailAnEmptyFileAndOneWithoutAValidLine() {
        // given
        StreamUnderTest other = new StreamUnderTest(log.id());

        // when
        job.readAll(log.submitted(), log.expansionFinished(0, 0));
        other.readAll(
                log.submitted(),
                log.expanded(0, 1),
                log.failure(0, ErrorCode.INVALID_JSON),
                log.expansionFinished(1, 0));

        // then
        assertThat(job.state().getFailure().getCode()).isEqualTo("empty_file");
        assertThat(job.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_FAILED);
        assertThat(other.state().getFailure().getCode()).isEqualTo("no_valid_line");
        assertThat(other.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_FAILED);
    }

    @Test
    void shouldFailWhenTheFileCannotBeRead() {
        // when
        job.readAll(log.submitted(), log.expanded(0, 2), log.success(1), log.expansionFailed(), log.success(0));

        // then
        assertThat(job.state().getFailure().getCode()).isEqualTo("file_unreadable");
        assertThat(job.last().hasEnd()).isTrue();
        assertThat(job.results()).hasSize(1);
    }

    @Test
    void shouldEndOnceWhenItExpiresOrIsCancelledAndDropWhatComesLater() {
        // given
        StreamUnderTest other = new StreamUnderTest(log.id());

        // when
        job.readAll(log.submitted(), log.expanded(0, 3), log.success(0), log.deadlineReached());
        other.readAll(log.submitted(), log.cancelRequested(), log.cancelRequested());

        // then
        assertThat(job.last().getEnd().getStatus()).isEqualTo(JobStatus.JOB_STATUS_EXPIRED);
        assertThat(job.last().getEnd().getErrorFileId()).isNotEmpty();
        assertThat(job.read(log.success(1))).isEqualTo(new Decision.Dropped(Decision.Cause.ENDED));
        assertThat(job.read(log.deadlineReached())).isEqualTo(new Decision.Dropped(Decision.Cause.ENDED));
        assertThat(other.events).hasSize(1);
        assertThat(other.timers).extracting(Timer::purpose).containsExactly(Timer.Purpose.RETENTION);
    }

    @Test
    void shouldLetTheFirstOfCompletionCancellationAndDeadlineDecide() {
        // given
        StreamUnderTest cancelled = new StreamUnderTest(log.id());
        StreamUnderTest expired = new StreamUnderTest(log.id());

        // when
        job.readAll(log.submitted(), log.expanded(0, 1), log.expansionFinished(1, 1), log.success(0));
        job.readAll(log.cancelRequested(), log.deadlineReached());
        cancelled.readAll(log.submitted(), log.expanded(0, 1), log.cancelRequested(), log.expansionFinished(1, 1));
        cancelled.readAll(log.success(0), log.deadlineReached());
        expired.readAll(log.submitted(), log.expanded(0, 1), log.deadlineReached(), log.expansionFinished(1, 1));
        expired.readAll(log.success(0), log.cancelRequested());

        // then
        assertThat(job.state().getStatus()).isEqualTo(JobStatus.JOB_STATUS_COMPLETED);
        assertThat(cancelled.state().getStatus()).isEqualTo(JobStatus.JOB_STATUS_CANCELLED);
        assertThat(expired.state().getStatus()).isEqualTo(JobStatus.JOB_STATUS_EXPIRED);
        assertThat(List.of(job, cancelled, expired))
                .allSatisfy(one -> assertThat(one.events.stream().filter(LoggedEvent::hasEnd))
                        .hasSize(1));
        assertThat(cancelled.results()).isEmpty();
    }

    @Test
    void shouldWaitForTheExpansionUntilItBegins() {
        // when
        job.readAll(log.submitted());

        // then
        assertThat(job.timers)
                .extracting(Timer::purpose)
                .containsExactlyInAnyOrder(Timer.Purpose.DEADLINE, Timer.Purpose.EXPANSION);

        // when
        job.readAll(log.expanded(0, 1));

        // then
        assertThat(job.timers).extracting(Timer::purpose).containsExactly(Timer.Purpose.DEADLINE);
        assertThat(job.state().getStatus()).isEqualTo(JobStatus.JOB_STATUS_IN_PROGRESS);
    }
}
