package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordReader.Address;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KafkaTest
final class RecordReaderIT {
    private static final int PARTITIONS = 2;

    private final KafkaCluster cluster;
    private final String topic;
    private final RecordReader reader;
    private final Producer<byte[], byte[]> producer;
    private final List<Address> addresses = new ArrayList<>();

    RecordReaderIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.uniqueName("chunks");
        this.reader = new RecordReader(KafkaSettings.at(cluster.bootstrapServers()), "reader", topic, 2);
        this.producer = producer(Map.of());
    }

    @BeforeEach
    void createTopic() {
        cluster.createTopic(topic, PARTITIONS);
    }

    @AfterEach
    void close() {
        reader.close();
        producer.close();
    }

    @Test
    void shouldReadValuesInTheOrderAskedForWhateverTheirSizeAndPlace() throws Exception {
        // given
        for (int i = 0; i < 200; i++) {
            write(i, i % 20 == 0 ? 300_000 : 100 + i);
        }
        List<Address> shuffled = new ArrayList<>(addresses);
        Collections.shuffle(shuffled, new Random(7));

        // then
        assertThatEachIsRight(addresses);
        assertThatEachIsRight(shuffled);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                List<Address> some = addresses.subList(20 * i, 20 * i + 60);
                reads.add(threads.submit(() -> {
                    assertThatEachIsRight(some);
                    return null;
                }));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        }
    }

    @Test
    void shouldSayThatARecordIsGone() throws Exception {
        // given
        for (int i = 0; i < 10; i++) {
            write(2 * i, 100);
        }
        TopicPartition first = new TopicPartition(topic, 0);
        cluster.admin()
                .deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(5)))
                .all()
                .get();

        // then
        assertThatThrownBy(() -> reader.read(addresses)).isInstanceOf(RecordGoneException.class);
        assertThatEachIsRight(addresses.subList(5, 10));
    }

    @Test
    void shouldAskAgainForARecordBehindTheEndThatTheLeaderKnows() throws Exception {
        // given: a reader that has asked before, so that its next question takes no time
        write(0, 100);
        assertThatEachIsRight(addresses);
        Address ahead = new Address(0, 3, 100);
        CompletableFuture<List<byte[]>> outcome = new CompletableFuture<>();
        long begun = System.nanoTime();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(reader.read(List.of(ahead)));
            } catch (RecordGoneException | InterruptedException | RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });

        // when: it has been told that there is no such offset
        Eventually.check(
                () -> outcome.isDone()
                        || System.nanoTime() - begun > Duration.ofSeconds(2).toNanos(),
                "some answers");
        assertThat(outcome).isNotDone();
        for (int i = 1; i <= 3; i++) {
            write(2 * i, 100);
        }

        // then
        assertThat(outcome.get(10, TimeUnit.SECONDS).getFirst()).isEqualTo(value(3, 100));
    }

    @Test
    void shouldSayThatARecordIsGoneWhenItStaysBehindTheEnd() throws Exception {
        write(0, 100);

        assertThatThrownBy(() -> reader.read(List.of(new Address(0, 1_000, 100))))
                .isInstanceOf(RecordGoneException.class);

        assertThatEachIsRight(addresses);
    }

    @Test
    void shouldNotReadWhatWasNeverCommitted() throws Exception {
        // given
        writeAndAbort(0, 100);
        write(2, 100);

        // then
        assertThatThrownBy(() -> reader.read(addresses.subList(0, 1))).isInstanceOf(RecordGoneException.class);
        assertThatEachIsRight(addresses.subList(1, 2));
    }

    @Test
    void shouldGiveUpWhenInterrupted() throws Exception {
        // given
        write(0, 100);
        Address ahead = new Address(0, 1, 100);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread reading = Thread.ofVirtual().start(() -> {
            try {
                reader.read(List.of(ahead));
                outcome.complete(new AssertionError("there is no such record"));
            } catch (RecordGoneException | InterruptedException | RuntimeException e) {
                outcome.complete(e);
            }
        });
        Eventually.check(() -> reading.getState() != Thread.State.NEW, "the read has begun");

        // when
        reading.interrupt();

        // then
        assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
        assertThatEachIsRight(addresses);
    }

    private void assertThatEachIsRight(List<Address> asked) throws InterruptedException, RecordGoneException {
        List<byte[]> values = reader.read(asked);
        assertThat(values).hasSameSizeAs(asked);
        for (int i = 0; i < asked.size(); i++) {
            int number = addresses.indexOf(asked.get(i));
            assertThat(values.get(i)).isEqualTo(value(number, asked.get(i).size()));
        }
    }

    /** Writes a value to partition {@code i % 2}. */
    private void write(int i, int size) throws InterruptedException, ExecutionException {
        send(producer, i, size);
    }

    private void writeAndAbort(int i, int size) throws InterruptedException, ExecutionException {
        try (Producer<byte[], byte[]> aborting = producer(Map.of("transactional.id", topic))) {
            aborting.initTransactions();
            aborting.beginTransaction();
            send(aborting, i, size);
            aborting.abortTransaction();
        }
    }

    private void send(Producer<byte[], byte[]> by, int i, int size) throws InterruptedException, ExecutionException {
        RecordMetadata written = by.send(
                        new ProducerRecord<>(topic, i % PARTITIONS, null, value(addresses.size(), size)))
                .get();
        addresses.add(new Address(written.partition(), written.offset(), size));
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(
                cluster.clientConfig(properties), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] value(int number, int size) {
        byte[] value = new byte[size];
        Arrays.fill(value, (byte) number);
        return value;
    }
}
