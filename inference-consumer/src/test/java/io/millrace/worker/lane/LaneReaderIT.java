package io.millrace.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.worker.LaneFixture;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KafkaTest
class LaneReaderIT {
    /** Longer than a machine stands still: what loses its lock is delivered again. */
    private static final Duration LOCK = Duration.ofSeconds(15);

    private static final Duration SHORT_LOCK = Duration.ofSeconds(5);
    private static final long SLOW_ITEM = 10_000;

    private final KafkaSettings kafka;
    private final LaneFixture lanes;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> letters = new CopyOnWriteArrayList<>();

    LaneReaderIT(KafkaCluster cluster) {
        this.kafka = KafkaSettings.at(cluster.bootstrapServers());
        this.lanes = new LaneFixture(cluster);
    }

    @BeforeEach
    void configure() {
        configure(LOCK);
    }

    private void configure(Duration lock) {
        ShareGroups.configure(kafka, List.of(ShareGroups.name(lanes.model(), Lane.BATCH)), lock);
    }

    @AfterEach
    void close() {
        lanes.close();
    }

    @Test
    void shouldKeepWhatTakesLongerThanTheLock() {
        configure(SHORT_LOCK);
        for (int item = 0; item < 3; item++) {
            lanes.send(Lane.BATCH, lanes.request(StreamKind.STREAM_KIND_JOB, item, "slow"));
        }
        try (LaneReader reader = read(Duration.ofSeconds(10), SHORT_LOCK)) {
            Eventually.check(() -> deliveries.size() == 3, "3 deliveries");
            long begun = System.nanoTime();
            deliveries.getFirst().acknowledgement().accept();

            Eventually.check(
                    () -> System.nanoTime() - begun > 2 * SHORT_LOCK.toNanos(), "two locks would have run out");
            assertThat(deliveries).hasSize(3);
            deliveries.forEach(delivery -> delivery.acknowledgement().accept());

            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }
        assertThat(deliveries).hasSize(3);
    }

    @Test
    void shouldGoOnForThousandsOfRecordsPastOneThatTakesLong() throws Exception {
        // given: a request that runs
        InferenceRequest slow = lanes.request(StreamKind.STREAM_KIND_JOB, SLOW_ITEM, "slow");
        byte[] samePartition = slow.getRequestId().getBytes(StandardCharsets.UTF_8);
        lanes.send(Lane.BATCH, samePartition, slow.toByteArray());
        SlotOptions options =
                new SlotOptions(kafka, lanes.model(), Lane.BATCH, 500, LOCK, Duration.ofSeconds(10), () -> true);
        try (LaneReader reader = LaneReader.start(options, 8, this::acceptAllButTheSlow, this::keep)) {
            Eventually.check(() -> deliveries.size() == 1, "the slow one is delivered");

            // when: more follow in its partition than Kafka lets a group have under way by default, however it is set
            int more = 4_500;
            requests(more).forEach(request -> lanes.send(Lane.BATCH, samePartition, request.toByteArray()));

            // then
            Eventually.check(() -> items() == 1 + more, "all are delivered while the slow one runs");
            assertThat(lanes.isSettled(Lane.BATCH)).isFalse();
            deliveries.getFirst().acknowledgement().accept();
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }
    }

    private long items() {
        return deliveries.stream()
                .map(delivery -> delivery.request().getItem())
                .distinct()
                .count();
    }

    private void acceptAllButTheSlow(List<Delivery> taken) {
        for (Delivery delivery : taken) {
            deliveries.add(delivery);
            if (delivery.request().getItem() != SLOW_ITEM) {
                delivery.acknowledgement().accept();
            }
        }
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
    void shouldLetAllRequestsOfARecordComeAgainOneAfterTheOtherWhenOneIsReleased() throws Exception {
        lanes.sendTogether(Lane.BATCH, requests(5));
        try (LaneReader reader = read(Duration.ofSeconds(10))) {
            // given
            Eventually.check(() -> deliveries.size() == 5, "5 deliveries");
            List<Delivery> first = List.copyOf(deliveries);
            first.subList(0, 4).forEach(delivery -> delivery.acknowledgement().accept());
            assertThat(lanes.isSettled(Lane.BATCH)).isFalse();

            // when
            first.getLast().acknowledgement().release();

            // then
            for (int come = 6; come <= 10; come++) {
                int number = come;
                Eventually.check(() -> deliveries.size() >= number, "the next one comes again");
                assertThat(deliveries).hasSize(number);
                deliveries.getLast().acknowledgement().accept();
            }
            List<Delivery> again = List.copyOf(deliveries).subList(5, 10);
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(again)
                    .extracting(delivery -> delivery.request().getItem())
                    .containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(again).extracting(Delivery::count).containsOnly(2);
            assertThat(reader).isNotNull();
        }
        assertThat(deliveries).hasSize(10);
    }

    @Test
    void shouldBuryOneRequestOfARecordAlone() throws Exception {
        lanes.sendTogether(Lane.BATCH, requests(5));
        try (LaneReader reader = read(Duration.ofSeconds(10))) {
            // given
            Eventually.check(() -> deliveries.size() == 5, "5 deliveries");

            // when
            deliveries.get(2).acknowledgement().bury(ErrorCode.ATTEMPTS_EXHAUSTED, "tried too often");
            List.of(0, 1, 3, 4).forEach(i -> deliveries.get(i).acknowledgement().accept());
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }

        // then
        assertThat(deliveries).hasSize(5);
        assertThat(letters).hasSize(1);
        ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
        assertThat(InferenceRequest.parseFrom(letter.value()))
                .isEqualTo(requests(5).get(2));
        assertThat(letter.key())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(requests(5).get(2).getRequestId());
        assertThat(LaneFixture.header(letter, DeadLetterHeaders.SOURCE_PART)).isEqualTo("2");
    }

    @Test
    void shouldBuryARecordAsItIsWhenOneOfItsRequestsIsNone() throws Exception {
        InferenceRequest whole = RequestRecords.together(List.of(
                requests(2).getFirst(),
                requests(2).getLast().toBuilder().setItem(-1).build()));
        lanes.send(Lane.BATCH, whole);

        try (LaneReader reader = read(Duration.ofSeconds(10))) {
            Eventually.check(() -> letters.size() == 1, "a dead letter");
            Eventually.check(() -> lanes.isSettled(Lane.BATCH), "the lane is settled");
            assertThat(reader).isNotNull();
        }

        assertThat(deliveries).isEmpty();
        assertThat(InferenceRequest.parseFrom(letters.getFirst().value())).isEqualTo(whole);
    }

    @Test
    void shouldTellEveryRequestOfARecordThatItIsGivenBack() {
        lanes.sendTogether(Lane.BATCH, requests(3));
        List<Outcome> heard = new CopyOnWriteArrayList<>();
        try (LaneReader reader = read(Duration.ZERO)) {
            Eventually.check(() -> deliveries.size() == 3, "3 deliveries");
            deliveries.forEach(delivery -> delivery.acknowledgement().whenLost(heard::add));
            assertThat(reader).isNotNull();
        }
        assertThat(heard).hasSize(3).containsOnly(new Outcome.GivenBack());
    }

    private List<InferenceRequest> requests(int count) {
        return LongStream.range(0, count)
                .mapToObj(item -> lanes.request(StreamKind.STREAM_KIND_JOB, item, "text " + item))
                .toList();
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
        return read(patience, LOCK);
    }

    private LaneReader read(Duration patience, Duration lock) {
        SlotOptions options = new SlotOptions(kafka, lanes.model(), Lane.BATCH, 4, lock, patience, () -> true);
        return LaneReader.start(options, 2, deliveries::addAll, this::keep);
    }

    private CompletionStage<?> keep(ConsumerRecord<byte[], byte[]> record, ErrorCode cause, String message) {
        letters.add(record);
        return CompletableFuture.completedStage("kept");
    }
}
