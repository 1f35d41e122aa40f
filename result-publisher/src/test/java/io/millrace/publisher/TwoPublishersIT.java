package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobView;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
        one = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("one"), "");
        other = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("other"), "");
        for (JobLog log : logs) {
            topics.inTransaction(log.submitted(), log.expanded(0, 20), log.success(0));
        }
        Eventually.check(() -> partitions(one) == 1 && partitions(other) == 1, "each has half of the work");
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
            Follower follower = new Follower(log);
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
            assertThat(follower.ordered.verdict().held()).isTrue();
            assertThat(follower.ordered.restarts()).isZero();
            assertThat(follower.results).isEqualTo(20);
        }
        assertThat(followers).anyMatch(follower -> follower.connections > 1);
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

    /** Follows a job on the first instance and comes back whenever it is told to. */
    private final class Follower {
        private final JobLog log;
        private final NoGapNoRepeat ordered = new NoGapNoRepeat();
        private @Nullable String epoch;
        private @Nullable TestSocket socket;
        private int connections;
        private int results;
        private boolean ended;

        Follower(JobLog log) {
            this.log = log;
        }

        void connect() {
            socket = Eventually.value(this::tryConnect, "a subscription to " + log.id());
            connections++;
        }

        private Optional<TestSocket> tryConnect() throws Exception {
            TestSocket tried = new TestSocket(vertx, one.port(), "/v1/results");
            tried.subscribe(log.id(), epoch, ordered.position());
            JsonNode frame = tried.nextJson();
            if (!frame.has("subscribed")) {
                assertThat(frame.path("error").path("retryable").asBoolean()).isTrue();
                tried.close();
                return Optional.empty();
            }
            String told = frame.path("subscribed").path("epoch").asText();
            epoch = told;
            ordered.subscribed(
                    told,
                    frame.path("subscribed").path("recovered").asBoolean(),
                    frame.path("subscribed").path("from").asLong());
            return Optional.of(tried);
        }

        void takeUntil(long offset) throws Exception {
            while (!ended && ordered.position() < offset) {
                TestSocket open = Objects.requireNonNull(socket);
                Optional<JsonNode> frame = open.nextOrClosed();
                if (frame.isEmpty()) {
                    assertThat(open.closeCode()).isBetween((short) 4000, (short) 4499);
                    connect();
                    continue;
                }
                JsonNode event = frame.get().path("event");
                ordered.event(event.path("offset").asLong());
                results += event.path("type").asText().equals("result") ? 1 : 0;
                ended = event.path("type").asText().equals("end");
            }
        }
    }
}
