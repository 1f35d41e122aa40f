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
    String topic() {
        return Topics.requests(model, lane);
    }

    KafkaShareConsumer<byte[], byte[]> open(String clientId) {
        Map<String, Object> config = kafka.client(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                ShareGroups.name(model, lane),
                ConsumerConfig.CLIENT_ID_CONFIG,
                clientId,
                ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG,
                "explicit",
                ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG,
                "record_limit",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                records));
        return new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
