package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest(shared = false)
class TwoPublishersIT {
    private static final int JOBS = 6;

    private final Vertx vertx = Vertx.vertx();
    private final TestHttp http = new TestHttp();
    private final List<JobLog> logs = Stream.generate(JobLog::ofJob).limit(JOBS).toList();
    private TestTopics topics;
    private RunningPublisher one;
    private RunningPublisher other;

    @BeforeEach
    void start(KafkaCluster kafka, @TempDir Path folder) throws Exception {
        topics = new TestTopics(kafka);
        one = publisher(kafka, folder.resolve("one"));
        other = publisher(kafka, folder.resolve("other"));
        for (JobLog log : logs) {
            topics.inTransaction(log.submitted(), log.expanded(0, 20), log.success(0));
        }
        Eventually.check(() -> partitions(one) == 1 && partitions(other) == 1, "each has half of the work");
    }

    /** Its session is longer than a machine stands still: it leaves when it is closed, and not before. */
    private static RunningPublisher publisher(KafkaCluster kafka, Path folder) {
        return RunningPublisher.start(
                kafka.bootstrapServers(), folder, "", Clock.systemUTC(), "streams.session_timeout=30s");
    }

    @AfterEach
    void stop() {
        other.close();
        one.close();
        topics.close();
        http.close();
        vertx.close();
    }

    @Test
    void shouldServeEveryStreamOnEveryInstanceAndGoOnWhenTheOwnerLeaves() throws Exception {
        // given
        for (RunningPublisher publisher : List.of(one, other)) {
            shouldAnswerEverything(publisher);
        }
        List<Follower> followers = new ArrayList<>();
        for (JobLog log : logs) {
            Follower follower = new Follower(vertx, log, one.port());
            follower.connect();
            follower.takeUntil(1);
            followers.add(follower);
        }

        // when
        for (JobLog log : logs) {
            topics.send(log.success(1));
        }
        other.close();
        for (JobLog log : logs) {
            for (long item = 2; item < 20; item++) {
                topics.send(log.success(item));
            }
            topics.send(log.expansionFinished(20, 20));
        }

        // then
        for (Follower follower : followers) {
            follower.takeUntil(Long.MAX_VALUE);
            assertThat(follower.ordered().verdict().held()).isTrue();
            assertThat(follower.ordered().restarts()).isZero();
            assertThat(follower.results()).isEqualTo(20);
        }
        assertThat(followers).anyMatch(follower -> follower.connections() > 1);
    }

    private List<String> listed(RunningPublisher publisher) throws Exception {
        return JobList.parseFrom(
                        http.get(publisher.internalPort(), "/internal/v1/jobs").body())
                .getJobsList()
                .stream()
                .map(JobView::getJobId)
                .toList();
    }

    private void shouldAnswerEverything(RunningPublisher publisher) throws Exception {
        // A list says what its owners have processed by now, and that may be a record less than was written.
        List<String> ids = logs.stream().map(JobLog::id).toList();
        Eventually.check(() -> listed(publisher).size() >= ids.size(), "every job is listed");
        assertThat(listed(publisher)).containsExactlyInAnyOrderElementsOf(ids);
        for (JobLog log : logs) {
            assertThat(JobView.parseFrom(http.get(publisher.internalPort(), "/internal/v1/jobs/" + log.id())
                                    .body())
                            .getState()
                            .getCounts()
                            .getTotal())
                    .isEqualTo(20);
            byte[] page = http.get(publisher.port(), "/v1/batches/" + log.id() + "/results")
                    .body();
            assertThat(new String(page, StandardCharsets.UTF_8).lines()).hasSize(1);
        }
    }

    private int partitions(RunningPublisher publisher) throws Exception {
        byte[] own = http.get(publisher.internalPort(), "/internal/v1/jobs", "Millrace-Forwarded", "1")
                .body();
        return JobList.parseFrom(own).getPartitionsCount();
    }
}
