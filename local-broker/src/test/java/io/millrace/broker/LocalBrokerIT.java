package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerIT {
    private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

    @TempDir
    private Path folder;

    @Test
    void shouldKeepDataPortAndClusterOverACleanStop() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder))) {
            // given
            String address = broker.bootstrapServers();
            String cluster = clusterId(broker);
            createTopic(broker);
            send(broker, "before");

            // when
            broker.stop();
            assertThat(broker.isAlive()).isFalse();
            assertThat(broker.onExit().get(1, TimeUnit.SECONDS)).isZero();
            broker.restart();

            // then
            send(broker, "after");
            assertThat(read(broker)).containsExactly("before", "after");
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(clusterId(broker)).isEqualTo(cluster);
        }
    }

    @Test
    void shouldKeepAcknowledgedRecordsWhenItIsKilled() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder))) {
            // given
            createTopic(broker);
            send(broker, "before");
            long first = broker.pid();

            // when
            broker.kill();
            broker.restart();

            // then
            assertThat(read(broker)).containsExactly("before");
            assertThat(broker.pid()).isNotEqualTo(first);
        }
    }

    /** Nobody would read what lies behind a transaction that stays open. */
    @Test
    void shouldEndATransactionThatTimedOutWhileItWasDead() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder))) {
            // given
            createTopic(broker);
            try (KafkaProducer<String, String> dead = transactional(broker)) {
                dead.initTransactions();
                dead.beginTransaction();
                dead.send(new ProducerRecord<>(PARTITION.topic(), "of the dead"))
                        .get();

                // when
                broker.kill();
                broker.restart();
            }

            // then
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> end(admin, IsolationLevel.READ_COMMITTED)
                                == end(admin, IsolationLevel.READ_UNCOMMITTED));
            }
        }
    }

    private static KafkaProducer<String, String> transactional(LocalBroker broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        "dead",
                        "transaction.timeout.ms",
                        1_000),
                new StringSerializer(),
                new StringSerializer());
    }

    private static long end(Admin admin, IsolationLevel isolation) throws Exception {
        return admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(PARTITION)
                .get()
                .offset();
    }

    @Test
    void shouldDieWithItsParent() throws Exception {
        // given
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + BrokerClassPath.PROPERTY + "=" + System.getProperty(BrokerClassPath.PROPERTY, ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerParent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long broker = brokerOf(parent);
        NodeFolder node = LocalBroker.nodeFolder(BrokerOptions.in(folder), 1);
        assertThat(ProcessHandle.of(broker)).isPresent();
        assertThat(FolderLock.isFree(node.path())).isFalse();

        // when
        parent.destroyForcibly();

        // then
        await().atMost(Duration.ofSeconds(10)).until(() -> FolderLock.isFree(node.path()));
        try (LocalBroker next = LocalBroker.start(BrokerOptions.in(folder))) {
            assertThat(next.isAlive()).isTrue();
        }
    }

    @Test
    void shouldOutliveItsParentsInterruptAndRefuseASecondUser() throws Exception {
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder))) {
            // when
            signal(broker, "INT");
            signal(broker, "TERM");
            awaitSeen(broker, "TERM");

            // then
            assertThat(clusterId(broker)).isNotEmpty();
            Path node = LocalBroker.nodeFolder(BrokerOptions.in(folder), 1).path();
            assertThatThrownBy(() -> FolderLock.awaitFree(node, Duration.ofMillis(100)))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("still in use by the broker process " + broker.pid());
        }
    }

    @Test
    void shouldShowTheLogOfABrokerThatDoesNotStart() {
        BrokerOptions options = BrokerOptions.in(folder).withProperties(Map.of("num.io.threads", "none"));
        assertThatThrownBy(() -> LocalBroker.start(options))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("exit code")
                .hasMessageContaining("num.io.threads");
    }

    @Test
    void shouldListenOnTheGivenPort() {
        int port = Ports.free("127.0.0.1", Set.of());
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder).withPort(port))) {
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
        }
    }

    private static void signal(LocalBroker broker, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid()))
                .start()
                .waitFor();
    }

    /** Not for an interrupt: whoever runs the tests in the background makes all their processes deaf to it. */
    private static void awaitSeen(LocalBroker broker, String name) {
        await().until(() -> Files.readString(broker.logFile()).contains("due to signal SIG" + name));
    }

    private static long brokerOf(Process parent) throws IOException {
        BufferedReader output = parent.inputReader();
        String line = output.readLine();
        assertThat(line).startsWith("broker ");
        return Long.parseLong(line.substring("broker ".length()));
    }

    private static String clusterId(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static void createTopic(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void send(LocalBroker broker, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), value)).get();
        }
    }

    private static List<String> read(LocalBroker broker) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(PARTITION)).get(PARTITION));
            List<String> values = new ArrayList<>();
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
