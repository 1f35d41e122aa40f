package io.millrace.worker.lane;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics.Lane;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;

/** The share groups of the lanes, and the settings that they need before their first member joins. */
public final class ShareGroups {
    /** Above every attempt limit of ours, because at its own limit the broker drops a record without a word. */
    private static final int DELIVERY_LIMIT = 10;

    private ShareGroups() {}

    /** The one group that reads a model's lane. */
    public static String name(String model, Lane lane) {
        return "millrace-worker." + model + "." + lane.suffix();
    }

    /**
     * Sets what every group needs. Blocks.
     *
     * @param lock how long a record stays with a worker that says nothing
     * @throws KafkaException if Kafka refuses or does not answer
     */
    public static void configure(KafkaSettings kafka, Collection<String> groups, Duration lock) {
        List<AlterConfigOp> settings = List.of(
                set("share.isolation.level", "read_committed"),
                set("share.auto.offset.reset", "earliest"),
                set("share.record.lock.duration.ms", Long.toString(lock.toMillis())),
                set("share.delivery.count.limit", Integer.toString(DELIVERY_LIMIT)));
        Map<ConfigResource, Collection<AlterConfigOp>> changes = groups.stream()
                .map(group -> new ConfigResource(ConfigResource.Type.GROUP, group))
                .collect(Collectors.toMap(Function.identity(), group -> settings));
        try (Admin admin = Admin.create(kafka.client(Map.of()))) {
            admin.incrementalAlterConfigs(changes).all().get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("the share groups cannot be configured", e.getCause());
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
