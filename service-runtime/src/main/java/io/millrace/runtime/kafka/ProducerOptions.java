package io.millrace.runtime.kafka;

import io.millrace.runtime.config.ByteSize;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a {@link RecordProducer} behaves.
 *
 * @param clientId names it in logs and metrics; unique within the process
 * @param topics those it will write to; their metadata is fetched at the start
 * @param buffer bytes that may be in flight before there is no more room
 * @param deliveryTimeout when a record that is not acknowledged fails
 * @param properties further producer properties, such as {@code linger.ms} or {@code compression.type}
 */
public record ProducerOptions(
        String clientId,
        List<String> topics,
        ByteSize buffer,
        Duration deliveryTimeout,
        Map<String, String> properties) {
    private static final ByteSize DEFAULT_BUFFER = new ByteSize(32L << 20);
    private static final Duration DEFAULT_DELIVERY_TIMEOUT = Duration.ofSeconds(30);

    /** Checks the bounds and keeps copies. */
    public ProducerOptions {
        if (buffer.bytes() < 1) {
            throw new IllegalArgumentException("a producer needs a buffer");
        }
        topics = List.copyOf(topics);
        properties = Map.copyOf(properties);
    }

    /** 32 MiB in flight, 30 s until failure. */
    public static ProducerOptions of(String clientId, String... topics) {
        return new ProducerOptions(clientId, List.of(topics), DEFAULT_BUFFER, DEFAULT_DELIVERY_TIMEOUT, Map.of());
    }

    /** The same with another buffer. */
    public ProducerOptions withBuffer(ByteSize bytes) {
        return new ProducerOptions(clientId, topics, bytes, deliveryTimeout, properties);
    }

    /** The same with another delivery time-out. */
    public ProducerOptions withDeliveryTimeout(Duration timeout) {
        return new ProducerOptions(clientId, topics, buffer, timeout, properties);
    }

    /** The same with one more producer property. */
    public ProducerOptions with(String property, String value) {
        Map<String, String> more = new HashMap<>(properties);
        more.put(property, value);
        return new ProducerOptions(clientId, topics, buffer, deliveryTimeout, more);
    }
}
