package io.millrace.worker.lane;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a slot needs to know.
 *
 * @param records most records that it has at a time
 * @param lock how long a record stays with it before it must be renewed
 * @param patience how long a stop waits for the requests that are under way
 * @param canRun whether requests would run now; while they would not, others may have them
 */
public record SlotOptions(
        KafkaSettings kafka,
        String model,
        Lane lane,
        int records,
        Duration lock,
        Duration patience,
        BooleanSupplier canRun) {
    /** Kafka's own time-outs for an active controller and a broker, and some more. A frozen broker is waited for as long. */
    private static final Duration MOST_ANSWER = Duration.ofSeconds(15);

    String topic() {
        return Topics.requests(model, lane);
    }

    KafkaShareConsumer<byte[], byte[]> open(String clientId) {
        return new KafkaShareConsumer<>(consumer(clientId), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What its consumer is configured with. */
    Map<String, Object> consumer(String clientId) {
        return kafka.client(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                ShareGroups.name(model, lane),
                ConsumerConfig.CLIENT_ID_CONFIG,
                clientId,
                ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG,
                "explicit",
                ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG,
                "record_limit",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                records,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                Math.toIntExact(PollEffort.FETCH_WAIT.toMillis()),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                requestTimeoutMs()));
    }

    /**
     * Two thirds of a lock, at most {@link #MOST_ANSWER}, or the time of Kafka's other clients if that is longer. A fetch carries the last
     * acknowledgements, and is answered when these are stored, which takes a broker's session if one has just died; what it acquired
     * meanwhile would stay locked, and nobody would have it, if its answer was not waited for. A request that came so late and
     * runs for longer than a third of the lock may run elsewhere, too.
     */
    private int requestTimeoutMs() {
        long ofLock = lock.multipliedBy(2).dividedBy(3).toMillis();
        return Math.toIntExact(Math.max(kafka.requestTimeoutMs(), Math.min(ofLock, MOST_ANSWER.toMillis())));
    }
}
