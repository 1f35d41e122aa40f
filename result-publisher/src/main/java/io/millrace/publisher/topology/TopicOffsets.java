package io.millrace.publisher.topology;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Asks the brokers where a partition ends, where the group stands in it, and what it holds. Blocks. */
final class TopicOffsets implements ProcessedOffsets.BrokerView {
    private static final long TIMEOUT_SECONDS = 5;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Admin admin;
    private final KafkaSettings kafka;
    private final String group;

    TopicOffsets(Admin admin, KafkaSettings kafka, String group) {
        this.admin = admin;
        this.kafka = kafka;
        this.group = group;
    }

    @Override
    public long committed(TopicPartition partition) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        @Nullable OffsetAndMetadata offset = committed.get(partition);
        return offset == null ? 0 : offset.offset();
    }

    @Override
    public boolean isEmpty(TopicPartition partition, long from, long to) {
        Map<String, Object> config = kafka.client(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LOOK)) {
                return record.offset() >= to;
            }
            return consumer.position(partition, LOOK) >= to;
        } catch (KafkaException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the log cannot be read just now", e);
        }
    }

    /** The offset after the last record that a reader of committed records can see. */
    long end(TopicPartition partition) {
        return answer(admin.listOffsets(
                                Map.of(partition, OffsetSpec.latest()),
                                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .partitionResult(partition))
                .offset();
    }

    private static <T> T answer(KafkaFuture<T> answer) {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the log cannot be read just now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping", e);
        }
    }
}
