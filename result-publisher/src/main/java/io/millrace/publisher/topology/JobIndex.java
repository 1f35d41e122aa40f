package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Lists the jobs of a tenant: each partition of this instance has them in order, here they are merged. */
final class JobIndex {
    private static final StreamStores STORES = StreamStores.of(StreamKind.STREAM_KIND_JOB);
    private static final Comparator<JobView> NEWEST_FIRST = Comparator.<JobView>comparingLong(
                    view -> view.getState().getJob().getSubmittedAtMs())
            .reversed()
            .thenComparing(JobView::getJobId);

    private final KafkaStreams streams;
    private final String topic;

    JobIndex(KafkaStreams streams, String topic) {
        this.streams = streams;
        this.topic = topic;
    }

    EventLog.JobPage list(String tenant, Optional<EventLog.Listed> before, int most) {
        byte[] from = before.map(job -> after(StoreKeys.index(tenant, job.createdMs(), job.id())))
                .orElseGet(() -> StoreKeys.index(tenant, Long.MAX_VALUE, ""));
        Set<Integer> partitions = new HashSet<>();
        List<JobView> jobs = new ArrayList<>();
        for (TopicPartition partition : partitions()) {
            partitions.add(partition.partition());
            jobs.addAll(read(partition.partition(), tenant, from, most));
        }
        jobs.sort(NEWEST_FIRST);
        return new EventLog.JobPage(List.copyOf(jobs.subList(0, Math.min(most, jobs.size()))), partitions);
    }

    private List<JobView> read(int partition, String tenant, byte[] from, int most) {
        ReadOnlyKeyValueStore<byte[], byte[]> index = store(STORES.index(), partition);
        ReadOnlyKeyValueStore<byte[], StreamState> states = store(STORES.streams(), partition);
        List<JobView> jobs = new ArrayList<>();
        try (KeyValueIterator<byte[], byte[]> range = index.range(from, StoreKeys.indexEnd(tenant))) {
            while (range.hasNext() && jobs.size() < most) {
                String id = StoreKeys.indexed(range.next().key, tenant);
                StreamKey job = new StreamKey(tenant, StreamKind.STREAM_KIND_JOB, id);
                StreamState state = states.get(StoreKeys.stream(job));
                jobs.add(JobView.newBuilder()
                        .setJobId(id)
                        .setState(Objects.requireNonNull(state, "indexed jobs exist"))
                        .build());
            }
        }
        return jobs;
    }

    /** Those of this instance. */
    List<TopicPartition> partitions() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .map(TaskMetadata::topicPartitions)
                .flatMap(Set::stream)
                .filter(partition -> partition.topic().equals(topic))
                .toList();
    }

    private <V> ReadOnlyKeyValueStore<byte[], V> store(String name, int partition) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<byte[], V>keyValueStore())
                .withPartition(partition));
    }

    /** The first key after this one. */
    private static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
