package io.millrace.standalone.operations.kafka;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.standalone.operations.core.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in topics by now, from the beginning or from a time on, without a group, committed records only. Blocks;
 * not thread-safe.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Producers' clocks differ: a record may stand so far behind younger ones. */
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** What happens with a record. */
    @FunctionalInterface
    public interface Each<E extends Exception> {
        /** Takes the next one. */
        void accept(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    /** Connects when it is first used. */
    public TopicReader(KafkaSettings kafka, String clientId) {
        consumer = new KafkaConsumer<>(
                kafka.client(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** The names of all topics that begin so. */
    public List<String> topics(String prefix) {
        return consumer.listTopics(PATIENCE).keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    /**
     * Calls for every record of these topics whose time lies in the span, in the order of each partition, up to what is the
     * end at the call.
     *
     * @throws UnknownTopicOrPartitionException if a topic does not exist
     * @throws TimeoutException if nothing comes for 30 s
     */
    public <E extends Exception> void read(Collection<String> topics, TimeSpan span, Each<E> each) throws E {
        List<TopicPartition> all =
                topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(all));
        consumer.assign(all);
        // What an earlier reading paused stays so over an assignment.
        consumer.resume(all);
        consumer.seekToBeginning(all);
        span.from().ifPresent(from -> seek(all, from));
        span.to()
                .ifPresent(to -> times(all, to.plus(CLOCK_SLACK)).forEach((partition, found) -> {
                    if (found != null) {
                        ends.put(partition, found.offset());
                    }
                }));
        Each<E> within = record -> {
            if (span.contains(Instant.ofEpochMilli(record.timestamp()))) {
                each.accept(record);
            }
        };
        readTo(ends, within);
    }

    private void seek(List<TopicPartition> all, Instant from) {
        times(all, from).forEach((partition, found) -> {
            if (found == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, found.offset());
            }
        });
    }

    private Map<TopicPartition, @Nullable OffsetAndTimestamp> times(List<TopicPartition> all, Instant at) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        all.forEach(partition -> asked.put(partition, Math.max(0, at.toEpochMilli())));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = new HashMap<>();
        found.putAll(consumer.offsetsForTimes(asked));
        return found;
    }

    private <E extends Exception> void readTo(Map<TopicPartition, Long> ends, Each<E> each) throws E {
        Set<TopicPartition> open = new HashSet<>(ends.keySet());
        closeReached(open, ends);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < Objects.requireNonNull(ends.get(partition))) {
                    each.accept(record);
                }
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
            closeReached(open, ends);
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("no records of " + open + " for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private void closeReached(Set<TopicPartition> open, Map<TopicPartition, Long> ends) {
        List<TopicPartition> reached = new ArrayList<>();
        for (TopicPartition partition : open) {
            if (consumer.position(partition, PATIENCE) >= Objects.requireNonNull(ends.get(partition))) {
                reached.add(partition);
            }
        }
        consumer.pause(reached);
        reached.forEach(open::remove);
    }

    private List<TopicPartition> partitions(String topic) {
        List<TopicPartition> found = consumer.partitionsFor(topic, PATIENCE).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (found.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
