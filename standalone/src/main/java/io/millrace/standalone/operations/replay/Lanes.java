package io.millrace.standalone.operations.replay;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.standalone.operations.core.RecordContent;
import io.millrace.worker.lane.ShareGroups;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/** How far the workers are in the lanes, at one moment: what stands behind that, somebody will get to or has in hand. */
final class Lanes {
    private final Map<TopicPartition, Long> settledBelow;

    private Lanes(Map<TopicPartition, Long> settledBelow) {
        this.settledBelow = settledBelow;
    }

    static Lanes look(KafkaSettings kafka, List<String> topics) throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> found = new HashMap<>();
        try (Admin admin = Admin.create(kafka.client(Map.of()))) {
            for (String topic : topics) {
                String group = groupOf(topic);
                try {
                    Map<TopicPartition, SharePartitionOffsetInfo> offsets = admin.listShareGroupOffsets(
                                    Map.of(group, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(group)
                            .get();
                    offsets.forEach((partition, info) -> {
                        if (info != null) {
                            found.put(partition, info.startOffset());
                        }
                    });
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                        throw e;
                    }
                }
            }
        }
        return new Lanes(found);
    }

    /** Whether the record stands before the workers; so does everything in a lane that no worker ever read. */
    boolean waits(String topic, int partition, long offset) {
        @Nullable Long below = settledBelow.get(new TopicPartition(topic, partition));
        return below == null || offset >= below;
    }

    private static String groupOf(String topic) {
        int dot = topic.lastIndexOf('.');
        String model = topic.substring(RecordContent.LANES.length(), dot);
        return ShareGroups.name(model, Lane.valueOf(topic.substring(dot + 1).toUpperCase(Locale.ROOT)));
    }
}
