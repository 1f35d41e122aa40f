package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.Control;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class CancellationIT {
    /** Longer than anything here is waited for. */
    private static final String COMMIT_INTERVAL = "streams.commit_interval=2m";

    private TestTopics topics;
    private RunningPublisher publisher;

    @BeforeEach
    void start(KafkaCluster kafka, @TempDir Path folder) {
        topics = new TestTopics(kafka);
        publisher = RunningPublisher.start(kafka.bootstrapServers(), folder, "it", Clock.systemUTC(), COMMIT_INTERVAL);
    }

    @AfterEach
    void stop() {
        publisher.close();
        topics.close();
    }

    @Test
    void shouldReachWorkersBeforeTheNextCommitIsDue() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.send(log.submitted());
        topics.send(log.expanded(0, 2));

        // when
        topics.send(log.cancelRequested());

        // then
        byte[] told = topics.find(Topics.CONTROL, log.id()).value();
        assertThat(Control.parseFrom(told).getCancelledJobId()).isEqualTo(log.id());
    }
}
