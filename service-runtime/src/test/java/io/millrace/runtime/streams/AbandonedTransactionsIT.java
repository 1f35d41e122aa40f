package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KafkaTest
final class AbandonedTransactionsIT {
    private static final UUID OWN = UUID.randomUUID();

    private final KafkaCluster cluster;
    private final String application;
    private final AbandonedTransactions abandoned;
    private final List<AutoCloseable> opened = new ArrayList<>();

    AbandonedTransactionsIT(KafkaCluster cluster) {
        this.cluster = cluster;
        this.application = cluster.uniqueName("millrace-test");
        this.abandoned = new AbandonedTransactions(
                new StreamsGroup(application),
                Optional.of(OWN.toString()),
                KafkaSettings.at(cluster.bootstrapServers()));
    }

    @BeforeEach
    void createInput() {
        cluster.createTopic(application, 1);
    }

    @AfterEach
    void close() throws Exception {
        abandoned.close();
        for (AutoCloseable part : opened) {
            part.close();
        }
    }

    @Test
    void shouldEndWhatAProcessOutsideTheGroupLeftOpenAndNothingElse() throws Exception {
        // given
        UUID living = UUID.randomUUID();
        join(application + "-" + living + "-StreamThread-1-consumer");
        Transaction ofLiving = begin(application, living);
        Transaction ofDead = begin(application, UUID.randomUUID());
        Transaction ofOther = begin(application + "-other", UUID.randomUUID());
        // Brokers may tell another process of a named member.
        Transaction own = begin(application, OWN);

        // when
        Collection<String> ended = end();

        // then
        assertThat(ended).containsExactly(ofDead.id());
        Eventually.check(Duration.ofSeconds(5), ofDead::canBeReadPast, "what the dead one left open can be read past");
        assertThatThrownBy(ofDead.producer()::commitTransaction)
                .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
        ofLiving.producer().commitTransaction();
        ofOther.producer().commitTransaction();
        own.producer().commitTransaction();
        assertThat(end()).isEmpty();
    }

    @Test
    void shouldEndBeforeTheOwnThreadsRunWhatTheOwnProcessLeftOpenWhenItDied() throws Exception {
        // given
        Transaction own = begin(application, OWN);
        Transaction ofAnother = begin(application, UUID.randomUUID());

        // when
        Collection<String> ended = endOwn();

        // then
        assertThat(ended).containsExactly(own.id());
        Eventually.check(Duration.ofSeconds(5), own::canBeReadPast, "what the own process left open can be read past");
        ofAnother.producer().commitTransaction();
        assertThat(endOwn()).isEmpty();
    }

    @Test
    void shouldEndNothingWithoutAMember() throws Exception {
        // given
        Transaction open = begin(application, UUID.randomUUID());

        // then
        assertThat(end()).isEmpty();
        open.producer().commitTransaction();
    }

    @Test
    void shouldEndNothingWhereClientIdsDoNotTellTheProcess() throws Exception {
        // given
        join("chosen-by-the-operator-StreamThread-1-consumer");
        Transaction open = begin(application, UUID.randomUUID());

        // then
        assertThat(end()).isEmpty();
        open.producer().commitTransaction();
    }

    private Collection<String> end() throws Exception {
        try (Admin admin = Admin.create(cluster.clientConfig(Map.of()))) {
            return abandoned.end(admin);
        }
    }

    private Collection<String> endOwn() throws Exception {
        try (Admin admin = Admin.create(cluster.clientConfig(Map.of()))) {
            return abandoned.endOwn(admin, Duration.ofSeconds(30));
        }
    }

    private void join(String clientId) {
        KafkaConsumer<byte[], byte[]> member = new KafkaConsumer<>(
                cluster.clientConfig(
                        Map.of(ConsumerConfig.GROUP_ID_CONFIG, application, ConsumerConfig.CLIENT_ID_CONFIG, clientId)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        opened.add(member);
        member.subscribe(List.of(application));
        Eventually.check(
                () -> {
                    member.poll(Duration.ofMillis(100));
                    return !member.assignment().isEmpty();
                },
                clientId + " is a member");
    }

    /** A transaction with a record in a topic of its own. */
    private Transaction begin(String prefix, UUID process) throws Exception {
        String topic = cluster.uniqueName("output");
        cluster.createTopic(topic, 1);
        String id = prefix + "-" + process + "-1";
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                cluster.clientConfig(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        opened.add(producer);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, new byte[1])).get();
        return new Transaction(id, producer, new TopicPartition(topic, 0), cluster.admin());
    }

    private record Transaction(String id, Producer<byte[], byte[]> producer, TopicPartition written, Admin admin) {
        boolean canBeReadPast() throws Exception {
            return end(IsolationLevel.READ_COMMITTED) == end(IsolationLevel.READ_UNCOMMITTED);
        }

        private long end(IsolationLevel isolation) throws Exception {
            return admin.listOffsets(Map.of(written, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                    .partitionResult(written)
                    .get()
                    .offset();
        }
    }
}
