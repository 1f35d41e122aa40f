package io.millrace.publisher.topology;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Asks the brokers where a partition ends and where the group stands in it. Blocks. */
final class TopicOffsets implements ProcessedOffsets.CommittedOffsets {
    private static final long TIMEOUT_SECONDS = 5;

    private final Admin admin;
    private final String group;

    TopicOffsets(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    @Override
    public long next(TopicPartition partition) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        @Nullable OffsetAndMetadata offset = committed.get(partition);
        return offset == null ? 0 : offset.offset();
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
