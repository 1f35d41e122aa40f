package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutcomeFaultIT {
    private final Vertx vertx = Vertx.vertx();
    private final TestHttp http = new TestHttp();
    private final JumpingClock clock = new JumpingClock();
    private TestTopics topics;
    private RunningPublisher publisher;

    @BeforeAll
    void start(KafkaCluster kafka, @TempDir Path folder) {
        topics = new TestTopics(kafka);
        publisher = RunningPublisher.start(kafka.bootstrapServers(), folder, "it", clock);
    }

    @AfterAll
    void stop() {
        publisher.close();
        topics.close();
        http.close();
        vertx.close();
    }

    @Test
    void shouldEndOnceWhenACancellationRacesWithTheCompletion() throws Exception {
        shouldEndOnce(JobLog::cancelRequested, JobStatus.JOB_STATUS_CANCELLED);
    }

    @Test
    void shouldEndOnceWhenTheDeadlineRacesWithTheCompletion() throws Exception {
        shouldEndOnce(JobLog::deadlineReached, JobStatus.JOB_STATUS_EXPIRED);
    }

    private void shouldEndOnce(Function<JobLog, StreamEvent> rival, JobStatus lost) throws Exception {
        // given
        List<JobLog> logs = Stream.generate(JobLog::ofJob).limit(50).toList();
        for (JobLog log : logs) {
            topics.sendSoon(log.submitted());
            topics.sendSoon(log.expanded(0, 2));
            topics.send(log.success(0));
        }

        // when
        CyclicBarrier both = new CyclicBarrier(2);
        Thread rivals = Thread.startVirtualThread(() -> {
            for (JobLog log : logs) {
                meet(both);
                topics.sendSoon(rival.apply(log));
            }
        });
        for (JobLog log : logs) {
            meet(both);
            topics.sendSoon(log.success(1));
            topics.sendSoon(log.expansionFinished(2, 2));
        }
        rivals.join();
        for (JobLog log : logs) {
            topics.send(log.success(1));
        }

        // then
        for (JobLog log : logs) {
            List<JsonNode> ends = new ArrayList<>();
            StreamState state = ended(log);
            try (TestSocket socket = new TestSocket(vertx, publisher.port(), "/v1/results")) {
                socket.subscribe(log.id(), null, -1);
                long head = socket.nextJson().path("subscribed").path("head").asLong();
                for (long offset = 0; offset <= head; offset++) {
                    JsonNode event = socket.nextJson().path("event");
                    assertThat(event.path("offset").asLong()).isEqualTo(offset);
                    if (event.path("type").asText().equals("end")) {
                        ends.add(event);
                    }
                }
            }
            assertThat(ends).hasSize(1);
            assertThat(state.getStatus()).isIn(JobStatus.JOB_STATUS_COMPLETED, lost);
            if (state.getStatus() == JobStatus.JOB_STATUS_COMPLETED) {
                assertThat(state.getCounts().getCompleted()).isEqualTo(2);
            }
            assertThat(ends.getFirst().path("request_counts").path("completed").asLong())
                    .isEqualTo(state.getCounts().getCompleted());
        }
    }

    @Test
    void shouldPutTheResultOfAnUnknownJobAsideAndDropWhatComesTwiceOrTooLate() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        JobLog unknown = JobLog.ofJob();
        topics.send(log.submitted());
        topics.send(log.expanded(0, 2));
        topics.send(log.success(1));

        // when
        topics.send(unknown.success(0));
        topics.send(log.success(7));
        topics.send(log.success(1, "\"another\""));
        topics.send(log.success(0));
        topics.send(log.expansionFinished(2, 2));
        topics.send(log.success(0, "\"late\""));

        // then
        StreamState state = ended(log);
        assertThat(state.getCounts().getCompleted()).isEqualTo(2);
        String results = new String(
                http.get(publisher.port(), "/v1/batches/" + log.id() + "/results")
                        .body(),
                StandardCharsets.UTF_8);
        assertThat(results.lines()).hasSize(2).noneMatch(line -> line.contains("another") || line.contains("late"));
        for (JobLog refused : List.of(unknown, log)) {
            assertThat(StreamEvent.parseFrom(topics.find(Topics.DEAD_LETTERS, refused.id())
                                    .value())
                            .hasResult())
                    .isTrue();
        }
    }

    @Test
    void shouldEndEachJobOnceByItsDeadlineWhenTheClockJumps() throws Exception {
        // given
        long now = clock.millis();
        long day = Duration.ofDays(1).toMillis();
        JobLog tomorrow = JobLog.ofJob();
        JobLog nextWeek = JobLog.ofJob();
        topics.send(tomorrow.submitted(now, now + day, "f"));
        topics.send(nextWeek.submitted(now, now + 7 * day, "f"));
        for (JobLog log : List.of(tomorrow, nextWeek)) {
            topics.send(log.expanded(0, 2));
            topics.send(log.success(0));
        }

        // when
        clock.jump(Duration.ofDays(2));
        StreamState expired = ended(tomorrow);
        clock.jump(Duration.ofDays(-3));
        JobLog early = JobLog.ofJob();
        long back = clock.millis();
        topics.send(early.submitted(back, back + 1, "f"));
        StreamState overdue = ended(early);
        topics.send(nextWeek.success(1));
        topics.send(nextWeek.expansionFinished(2, 2));

        // then
        assertThat(expired.getStatus()).isEqualTo(JobStatus.JOB_STATUS_EXPIRED);
        assertThat(expired.getCounts().getCompleted()).isEqualTo(1);
        assertThat(overdue.getStatus()).isEqualTo(JobStatus.JOB_STATUS_EXPIRED);
        StreamState completed = ended(nextWeek);
        assertThat(completed.getStatus()).isEqualTo(JobStatus.JOB_STATUS_COMPLETED);
        assertThat(completed.getCounts().getCompleted()).isEqualTo(2);
        assertThat(ended(tomorrow)).isEqualTo(expired);
    }

    private StreamState ended(JobLog log) {
        return Eventually.value(
                () -> Optional.of(JobView.parseFrom(http.get(publisher.internalPort(), "/internal/v1/jobs/" + log.id())
                                        .body())
                                .getState())
                        .filter(state -> state.getEndedAtMs() > 0),
                "the job has ended");
    }

    private static void meet(CyclicBarrier both) {
        try {
            both.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The system's clock, set forward or back. */
    private static final class JumpingClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        void jump(Duration by) {
            ahead = ahead.plus(by);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("there is one zone");
        }
    }
}
