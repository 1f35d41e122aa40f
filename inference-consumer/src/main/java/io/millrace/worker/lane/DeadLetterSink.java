package io.millrace.worker.lane;

import io.millrace.schemas.errors.ErrorCode;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where records go that nobody can settle. */
@FunctionalInterface
public interface DeadLetterSink {
    /** Keeps the record; completes when it is durable. Does not block. */
    CompletionStage<?> send(ConsumerRecord<byte[], byte[]> record, ErrorCode cause, String message);
}
