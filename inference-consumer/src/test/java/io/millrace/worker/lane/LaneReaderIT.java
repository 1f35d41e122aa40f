package io.millrace.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.worker.LaneFixture;
import io.millrace.worker.core.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KafkaTest
class LaneReaderIT {
    private static final Duration LOCK = Duration.ofSeconds(5);

    private final KafkaSettings kafka;
    private final LaneFixture lanes;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

    LaneReaderIT(KafkaCluster cluster) {
        this.kafka = KafkaSettings.at(cluster.bootstrapServers());
        this.lanes = new LaneFixture(cluster);
    }

    @BeforeEach
    void configure() {
        ShareGroups.configure(kafka, List.of(ShareGroups.name(lanes.model(), Lane.BATCH)), LOCK);
    }

    @AfterEach
    void close() {
        lanes.close();
    }

    @Test
    void shouldKeepWhatTakesLongerThanTheLock() {
        for (int item = 0; item < 3; item++) {
            lanes.send(Lane.BATCH, lanes.request(StreamKind.STREAM_KIND_JOB, item, "slow"));
        }
        try (LaneReader reader = read(Duration.ofSeconds(10))) {
            Eventually.check(() -> deliveries.size() == 3, "3 deliveries");
            long begun = System.nanoTime();
            deliveries.getFirst().acknowledgement().accept();

            Eventually.check(() -> System.nanoTime() - begun > 2 * LOCK.toNanos(), "two locks would have run out");
            assertThat(deliveries).hasSize(3);
            deliveries.forEach(delivery -> delivery.acknowledgement().accept());

            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }
        assertThat(deliveries).hasSize(3);
    }

    @Test
    void shouldGiveBackWhatIsNotSettledWhenItIsClosed() {
        lanes.send(Lane.BATCH, lanes.request(StreamKind.STREAM_KIND_JOB, 0, "never settled"));
        try (LaneReader reader = read(Duration.ZERO)) {
            Eventually.check(() -> deliveries.size() == 1, "a delivery");
            assertThat(reader).isNotNull();
        }
        try (LaneReader reader = read(Duration.ZERO)) {
            Eventually.check(() -> deliveries.size() == 2, "the delivery comes again, before its lock ran out");
            deliveries.getLast().acknowledgement().accept();
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }
        assertThat(deliveries).extracting(Delivery::count).containsExactly(1, 2);
    }

    @Test
    void shouldSayWhichSettingOfAGroupTheBrokersRefuse() {
        List<String> group = List.of(ShareGroups.name(lanes.model(), Lane.HIGH));

        assertThatThrownBy(() -> ShareGroups.configure(kafka, group, Duration.ofHours(1)))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("share group " + group.getFirst() + " has share.record.lock.duration.ms=")
                .hasMessageContaining("needs 3600000")
                .hasMessageContaining("the brokers refused the change")
                .hasMessageContaining("worker.lock_duration");
    }

    private LaneReader read(Duration patience) {
        SlotOptions options = new SlotOptions(kafka, lanes.model(), Lane.BATCH, 4, LOCK, patience, () -> true);
        return LaneReader.start(
                options, 2, deliveries::addAll, (record, cause, message) -> CompletableFuture.completedStage("kept"));
    }
}
