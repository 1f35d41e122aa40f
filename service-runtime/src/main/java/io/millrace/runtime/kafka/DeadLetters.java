package io.millrace.runtime.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.metrics.RuntimeMetrics;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps records that could not be processed, as they were, with their cause and origin in headers. Thread-safe. */
public final class DeadLetters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final String topic;
    private final RecordProducer producer;
    private final MeterRegistry meters;

    /** @param topic where they are kept */
    public DeadLetters(KafkaSettings kafka, String clientId, String topic, MeterRegistry meters) {
        this.topic = topic;
        this.meters = meters;
        this.producer = new RecordProducer(kafka, ProducerOptions.of(clientId, topic), meters);
    }

    /**
     * Keeps one. Does not block; the future completes as {@link RecordProducer#send} says.
     *
     * @param service which gave up
     * @param causeCode a code of the error catalogue
     * @param causeMessage for the operator
     */
    public CompletableFuture<ProducedTo> send(
            ConsumerRecord<byte[], byte[]> source, String service, String causeCode, String causeMessage) {
        LOG.atWarn()
                .addKeyValue("service", service)
                .addKeyValue("cause", causeCode)
                .addKeyValue("topic", source.topic())
                .addKeyValue("partition", source.partition())
                .addKeyValue("offset", source.offset())
                .log("dead letter: {}", causeMessage);
        RuntimeMetrics.DEAD_LETTERS.counter(meters, service, causeCode).increment();
        Headers headers = new DeadLetterHeaders(service, causeCode, causeMessage)
                .after(source.headers(), source.topic(), source.partition(), source.offset());
        return producer.send(new ProducerRecord<>(topic, null, null, source.key(), source.value(), headers));
    }

    @Override
    public void close() {
        producer.close();
    }
}
