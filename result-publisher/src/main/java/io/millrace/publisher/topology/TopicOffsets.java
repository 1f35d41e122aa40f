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
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the brokers where a partition ends. Blocks. */
final class TopicOffsets {
    private static final long TIMEOUT_SECONDS = 5;

    private final Admin admin;

    TopicOffsets(Admin admin) {
        this.admin = admin;
    }

    /**
     * The offset after the last record, committed or not: what was acknowledged outside of transactions lies behind the records of
     * a transaction that is still open, and is not read before that ends.
     */
    long end(TopicPartition partition) {
        return end(partition, IsolationLevel.READ_UNCOMMITTED);
    }

    /** The offset after the last record that can be read, which is before the first transaction that is still open. */
    long committedEnd(TopicPartition partition) {
        return end(partition, IsolationLevel.READ_COMMITTED);
    }

    private long end(TopicPartition partition, IsolationLevel isolation) {
        return answer(admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
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
