package io.millrace.assembler.topology;

import io.millrace.assembler.AssemblerSettings;
import io.millrace.runtime.streams.DeadLetterPolicy;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;

/** What is the assembler's own in its Streams application. */
public final class AssemblerApplication {
    static final String SERVICE = "chunk-assembler";

    /** Chunks are large: few of them are held in memory, and none is fetched in bulk. */
    private static final int RECORDS_HELD_PER_PARTITION = 16;

    private static final int RECORDS_PER_POLL = 500;
    private static final int BYTES_PER_PARTITION_FETCH = 2 << 20;
    private static final int BYTES_PER_FETCH = 8 << 20;
    private static final int KERNEL_DECIDES = -1;
    private static final int LINGER_MS = 10;
    /** Kept free in a record for headers and what surrounds a value. */
    private static final int RECORD_EXTRA = 64 << 10;

    private AssemblerApplication() {}

    /** @param self where other instances reach this one's queries */
    public static StreamsApp.Definition definition(AssemblerSettings settings, HostInfo self) {
        int largest = (int) settings.maxRecordSize().bytes();
        return new StreamsApp.Definition(
                "assembler",
                new DeadLetterPolicy(
                        SERVICE,
                        Topics.DEAD_LETTERS,
                        largest - RECORD_EXTRA,
                        exception -> Optional.of(cause(exception))),
                Map.of(
                        StreamsConfig.APPLICATION_SERVER_CONFIG,
                        self.host() + ":" + self.port(),
                        // The order between chunks and links does not matter, so neither waits for the other.
                        StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
                        StreamsConfig.MAX_TASK_IDLE_MS_DISABLED,
                        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                        RECORDS_HELD_PER_PARTITION,
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                        RECORDS_PER_POLL,
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                        BYTES_PER_PARTITION_FETCH,
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
                        BYTES_PER_FETCH,
                        // Turns are taken between two polls: while no record comes, one must not outlast the time
                        // between them.
                        StreamsConfig.POLL_MS_CONFIG,
                        settings.expansion().interval().toMillis(),
                        // As much as the kernel gives: with Kafka's 64 KiB a chunk comes in many small reads.
                        StreamsConfig.mainConsumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG),
                        KERNEL_DECIDES,
                        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                        largest,
                        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                        LINGER_MS));
    }

    /** Why a record was refused: anybody can write chunk records, so what one of them breaks must not stop the others. */
    static DeadLetterPolicy.Cause cause(Exception exception) {
        return exception instanceof MillraceException known
                ? new DeadLetterPolicy.Cause(known.code().code(), String.valueOf(known.getMessage()), true)
                : new DeadLetterPolicy.Cause(ErrorCode.INTERNAL.code(), exception.toString(), false);
    }
}
