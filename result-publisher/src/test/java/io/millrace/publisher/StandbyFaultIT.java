package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.FreePorts;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest(shared = false)
class StandbyFaultIT {
    private static final int RESULTS = 300;
    private static final String[] SETTINGS = {"streams.standbys=1", "streams.session_timeout=2s"};

    @Test
    void shouldGoOnAtTheOtherOfTwoPublishersWhenOneIsKilledWhilePushing(KafkaCluster kafka, @TempDir Path folder)
            throws Exception {
        // given
        List<JobLog> logs = Stream.generate(JobLog::ofJob).limit(6).toList();
        List<Follower> followers = new ArrayList<>();
        Vertx vertx = Vertx.vertx();
        PublisherProcess killed = PublisherProcess.start(kafka, folder.resolve("1"), FreePorts.one(), SETTINGS);
        PublisherProcess other = PublisherProcess.start(kafka, folder.resolve("2"), FreePorts.one(), SETTINGS);
        try (TestTopics topics = new TestTopics(kafka)) {
            for (JobLog log : logs) {
                topics.inTransaction(log.submitted(), log.expanded(0, RESULTS), log.success(0));
                followers.add(new Follower(vertx, log, killed.port(), other.port()));
                followers.add(new Follower(vertx, log, other.port()));
            }
            for (Follower follower : followers) {
                follower.connect();
                follower.takeUntil(1);
            }

            // when
            CountDownLatch dead = new CountDownLatch(1);
            Thread results = Thread.startVirtualThread(() -> produce(topics, logs, dead));
            followers.getFirst().takeUntil(RESULTS / 4);
            killed.kill();
            dead.countDown();
            for (Follower follower : followers) {
                follower.takeUntil(Long.MAX_VALUE);
            }
            results.join();
        } finally {
            killed.kill();
            other.kill();
            vertx.close();
        }

        // then
        for (Follower follower : followers) {
            assertThat(follower.ordered().verdict().held()).isTrue();
            assertThat(follower.ordered().restarts()).isZero();
            assertThat(follower.results()).isEqualTo(RESULTS);
        }
        assertThat(followers.getFirst().connections()).isGreaterThan(1);
    }

    private static void produce(TestTopics topics, List<JobLog> logs, CountDownLatch dead) {
        try {
            for (long item = 1; item < RESULTS; item++) {
                if (item == RESULTS / 2) {
                    dead.await();
                }
                for (JobLog log : logs) {
                    topics.send(log.success(item));
                }
            }
            for (JobLog log : logs) {
                topics.send(log.expansionFinished(RESULTS, RESULTS));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
