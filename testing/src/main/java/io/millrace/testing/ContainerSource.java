package io.millrace.testing;

import io.millrace.broker.BrokerProfile;
import java.util.Locale;
import org.testcontainers.kafka.KafkaContainer;

/** Kafka's own image, where Docker is there. It has the same lowered clocks as a local broker. */
record ContainerSource(KafkaContainer container) implements ClusterSource {
    private static final String IMAGE = "apache/kafka:4.3.1";

    static ContainerSource start() {
        KafkaContainer container = new KafkaContainer(IMAGE);
        BrokerProfile.ADVISED.forEach((key, value) -> container.addEnv(variable(key), value));
        // Testcontainers lowers these for the other internal topics only; one broker could not make this one.
        container.addEnv(variable("share.coordinator.state.topic.replication.factor"), "1");
        container.addEnv(variable("share.coordinator.state.topic.min.isr"), "1");
        container.addEnv(variable("auto.create.topics.enable"), "false");
        container.start();
        return new ContainerSource(container);
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void close() {
        container.stop();
    }

    private static String variable(String key) {
        return "KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
