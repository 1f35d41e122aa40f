package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.publisher.hub.EventLog;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.ItemBlock;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the stores from outside the stream threads. */
public final class StoredStreams implements EventLog {
    /** How many events of an old stream one record removes. */
    public static final int REMOVED_AT_ONCE = WritableStreams.MOST_REMOVED;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaStreams streams;
    private final Map<StreamKind, ResultTopic> topics = new EnumMap<>(StreamKind.class);
    private final ProcessedOffsets processed;
    private final TopicOffsets offsets;
    private final RecordedResults recorded;
    private final JobIndex index;

    StoredStreams(
            KafkaStreams streams,
            List<ResultTopic> topics,
            ProcessedOffsets processed,
            TopicOffsets offsets,
            RecordedResults recorded) {
        this.streams = streams;
        this.recorded = recorded;
        this.processed = processed;
        this.offsets = offsets;
        this.index = new JobIndex(streams, Topics.RESULTS_JOBS);
        topics.forEach(topic -> this.topics.put(topic.kind(), topic));
    }

    @Override
    public Optional<StreamState> state(StreamKey stream) {
        StreamStores names = StreamStores.of(stream.kind());
        return read(() -> Optional.ofNullable(
                this.<StreamState>store(names.streams(), stream).get(StoreKeys.stream(stream))));
    }

    @Override
    public void catchUp(StreamKey stream) {
        TopicPartition partition = partitionOf(stream);
        await(partition, offsets.end(partition) - 1);
    }

    @Override
    public void catchUpCommitted(StreamKey stream) {
        TopicPartition partition = partitionOf(stream);
        await(partition, offsets.committedEnd(partition) - 1);
    }

    @Override
    public void awaitRecord(StreamKind kind, int partition, long offset) {
        await(new TopicPartition(Topics.results(kind), partition), offset);
    }

    @Override
    public List<LoggedEvent> read(StreamKey stream, long from, int maxEvents, long maxBytes) {
        List<EventBlocks.Stretch> stretches =
                read(() -> EventBlocks.read(log(stream), stream, from, maxEvents, maxBytes));
        return recorded.complete(stream, partitionOf(stream).partition(), stretches);
    }

    @Override
    public JobPage jobs(String tenant, Optional<Listed> before, int most) {
        return read(() -> index.list(tenant, before, most));
    }

    @Override
    public OpenItems openItems(StreamKey job, long from, long to, int most) {
        return read(() -> {
            List<Long> open = new ArrayList<>();
            long next = from;
            while (next < to && open.size() < most) {
                long first = ItemBlocks.first(next);
                @Nullable ItemBlock block = block(job, first);
                for (long end = Math.min(to, first + ItemBlocks.SIZE); next < end && open.size() < most; next++) {
                    if (ItemBlocks.result(block, next).isEmpty()) {
                        open.add(next);
                    }
                }
            }
            return new OpenItems(open, next);
        });
    }

    @Override
    public Optional<RequestState> request(StreamKey call, long item) {
        return read(() -> Optional.ofNullable(
                this.<RequestState>store(StreamStores.of(call.kind()).items(), call)
                        .get(StoreKeys.numbered(call, item))));
    }

    @Override
    public Optional<Result> outcome(StreamKey stream, long item) {
        OptionalLong offset = stream.kind() == StreamKind.STREAM_KIND_JOB
                ? ItemBlocks.result(read(() -> block(stream, ItemBlocks.first(item))), item)
                : request(stream, item).filter(RequestState::hasResultOffset).stream()
                        .mapToLong(RequestState::getResultOffset)
                        .findFirst();
        return offset.stream()
                .mapToObj(at -> read(stream, at, 1, 1).getFirst().getResult())
                .findFirst();
    }

    private @Nullable ItemBlock block(StreamKey job, long first) {
        return this.<ItemBlock>store(StreamStores.of(job.kind()).items(), job).get(StoreKeys.numbered(job, first));
    }

    private ReadOnlyKeyValueStore<byte[], EventBlock> log(StreamKey stream) {
        return store(StreamStores.of(stream.kind()).log(), stream);
    }

    /** At most {@code max} timers of this instance that are due, the oldest first for each partition. */
    public List<Timer> due(StreamKind kind, long nowMs, int max) {
        return timers(kind, new byte[Long.BYTES], StoreKeys.timersUntil(nowMs), max);
    }

    /** At most {@code max} streams of this instance that were over before this time, as their timers. */
    public List<Timer> over(StreamKind kind, long endedBeforeMs, int max) {
        return timers(kind, StoreKeys.overFrom(), StoreKeys.overUntil(endedBeforeMs), max);
    }

    /** At most {@code max} webhooks of this instance's ended jobs, of those that are wanted. */
    public List<Timer> webhooks(long nowMs, Predicate<Timer> wanted, int max) {
        return timers(
                StreamKind.STREAM_KIND_JOB, StoreKeys.webhooksFrom(), StoreKeys.webhooksUntil(nowMs), wanted, max);
    }

    /** The partitions of jobs that this instance has. */
    public Set<Integer> jobPartitions() {
        return index.partitions().stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    private List<Timer> timers(StreamKind kind, byte[] from, byte[] to, int max) {
        return timers(kind, from, to, timer -> true, max);
    }

    private List<Timer> timers(StreamKind kind, byte[] from, byte[] to, Predicate<Timer> wanted, int max) {
        return read(() -> {
            List<Timer> found = new ArrayList<>();
            ReadOnlyKeyValueStore<byte[], byte[]> timers = streams.store(StoreQueryParameters.fromNameAndType(
                    StreamStores.of(kind).timers(), QueryableStoreTypes.keyValueStore()));
            try (KeyValueIterator<byte[], byte[]> range = timers.range(from, to)) {
                while (range.hasNext() && found.size() < max) {
                    Timer timer = StoreKeys.timer(range.next().key, kind);
                    if (wanted.test(timer)) {
                        found.add(timer);
                    }
                }
            }
            return found;
        });
    }

    private <V> ReadOnlyKeyValueStore<byte[], V> store(String name, StreamKey stream) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<byte[], V>keyValueStore())
                .withPartition(partitionOf(stream).partition()));
    }

    private TopicPartition partitionOf(StreamKey stream) {
        return Objects.requireNonNull(topics.get(stream.kind())).partitionOf(stream.id());
    }

    private void await(TopicPartition partition, long offset) {
        try {
            processed.await(partition, offset, PATIENCE.toMillis()).get();
        } catch (ExecutionException e) {
            throw new MillraceException(
                    ErrorCode.UNAVAILABLE, "the log is not read up to this point yet; try again", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping", e);
        }
    }

    private static <T extends @Nullable Object> T read(Supplier<T> query) {
        try {
            return query.get();
        } catch (InvalidStateStoreException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "results cannot be read just now; try again", e);
        }
    }
}
