package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On brokers of its own: no publisher begins anew while the dead of other tests are in its group. */
@KafkaTest(shared = false)
class LostStoresFaultIT {
    /** Some: as after an upgrade that gives stores another form. */
    @ParameterizedTest
    @ValueSource(strings = {"-changelog", "-log-changelog"})
    void shouldNumberTheSameWhenChangelogsAndTheStateFolderAreLost(
            String lost, KafkaCluster kafka, @TempDir Path folder) throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        JobLog call = JobLog.ofCall();
        Vertx vertx = Vertx.vertx();
        try (TestTopics topics = new TestTopics(kafka)) {
            topics.inTransaction(log.submitted(), log.expanded(0, 3), log.success(2), log.success(0));
            topics.send(call.accepted(0));
            topics.send(call.success(0));
            List<String> before;
            List<String> callBefore;
            try (RunningPublisher first = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("1"))) {
                before = transcript(vertx, first, log, 4);
                callBefore = transcript(vertx, first, call, 2);
            }

            // when
            kafka.deleteTopics(kafka.admin().listTopics().names().get().stream()
                    .filter(name -> name.endsWith(lost))
                    .toList());
            topics.send(log.success(2));
            try (RunningPublisher second = RunningPublisher.start(kafka.bootstrapServers(), folder.resolve("2"))) {

                // then
                assertThat(transcript(vertx, second, log, 4)).isEqualTo(before);
                assertThat(transcript(vertx, second, call, 2)).isEqualTo(callBefore);
            }
        } finally {
            vertx.close();
        }
    }

    /** The epoch and the events of a stream, word for word. */
    private static List<String> transcript(Vertx vertx, RunningPublisher publisher, JobLog log, int frames)
            throws Exception {
        try (TestSocket socket = new TestSocket(vertx, publisher.port(), "/v1/results")) {
            socket.subscribe(log.id(), null, -1);
            List<String> said = new ArrayList<>();
            said.add(socket.nextJson().path("subscribed").path("epoch").asText());
            while (said.size() < frames) {
                said.add(socket.next().toString());
            }
            return said;
        }
    }
}
