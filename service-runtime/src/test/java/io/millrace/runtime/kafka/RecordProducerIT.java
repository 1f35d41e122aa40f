package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@KafkaTest
final class RecordProducerIT {
    private final KafkaCluster cluster;
    private final KafkaSettings kafka;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    RecordProducerIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.kafka = KafkaSettings.at(cluster.bootstrapServers());
    }

    @Test
    void shouldKeepTheOrderFromTheFirstRecordOn() {
        // given: the first records are handed over while metadata is fetched, later ones are sent by the caller
        String topic = topic(1);
        int count = 2000;

        // when
        List<Long> offsets;
        try (RecordProducer producer = new RecordProducer(kafka, ProducerOptions.of("order", topic), meters)) {
            List<CompletableFuture<ProducedTo>> sent = IntStream.range(0, count)
                    .mapToObj(i -> producer.send(record(topic, i)))
                    .toList();
            offsets = sent.stream().map(future -> future.join().offset()).toList();
            assertThat(producer.bufferedBytes()).isZero();
        }

        // then
        assertThat(offsets).isEqualTo(LongStream.range(0, count).boxed().toList());
    }

    @Test
    void shouldNotBlockTheCallerWhenATopicIsMissing() {
        // given
        String missing = cluster.uniqueName("missing");
        ProducerOptions options = ProducerOptions.of("patient").withDeliveryTimeout(Duration.ofSeconds(6));

        try (RecordProducer producer = new RecordProducer(kafka, options, meters)) {
            // when
            CompletableFuture<ProducedTo> result = producer.send(record(missing, 1));

            // then
            assertThat(result).isNotDone();
            assertThatThrownBy(result::join).hasMessageContaining(missing);
            assertThat(producer.bufferedBytes()).isZero();
        }
    }

    @Test
    void shouldTellWhenThereIsRoomAgain() throws InterruptedException {
        // given
        String topic = topic(1);
        ProducerOptions options = ProducerOptions.of("narrow", topic)
                .withBuffer(new ByteSize(64 << 10))
                .with("linger.ms", "100");

        try (RecordProducer producer = new RecordProducer(kafka, options, meters)) {
            List<CompletableFuture<ProducedTo>> accepted = new ArrayList<>();
            while (producer.room()) {
                accepted.add(producer.send(large(topic)));
            }
            CountDownLatch room = new CountDownLatch(1);

            // when
            producer.onRoom(room::countDown);

            // then
            assertThat(room.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(producer.room()).isTrue();
            accepted.forEach(CompletableFuture::join);
        }
    }

    @Test
    void shouldRefuseWhoDoesNotCareForRoom() {
        // given
        String missing = cluster.uniqueName("missing");
        ProducerOptions options = ProducerOptions.of("full")
                .withBuffer(new ByteSize(32 << 10))
                .withDeliveryTimeout(Duration.ofSeconds(4));

        try (RecordProducer producer = new RecordProducer(kafka, options, meters)) {
            // when
            List<CompletableFuture<ProducedTo>> sent = IntStream.range(0, 8)
                    .mapToObj(i -> producer.send(large(missing)))
                    .toList();

            // then: the last at once, the others when their time is over, not one after the other
            assertThatThrownBy(sent.getLast()::join).hasCauseInstanceOf(BufferExhaustedException.class);
            assertThat(producer.bufferedBytes()).isLessThan(2 * (32 << 10) + (20 << 10));
            long start = System.nanoTime();
            sent.forEach(future -> assertThatThrownBy(future::join).isNotNull());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3 * 4));
        }
    }

    private String topic(int partitions) {
        String name = cluster.uniqueName("producer");
        cluster.createTopic(name, partitions);
        return name;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int number) {
        return new ProducerRecord<>(topic, bytes("key"), bytes("value " + number));
    }

    private static ProducerRecord<byte[], byte[]> large(String topic) {
        return new ProducerRecord<>(topic, bytes("key"), new byte[16 << 10]);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
