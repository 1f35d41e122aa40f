package io.millrace.publisher.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.publisher.core.Decision;
import io.millrace.publisher.core.RecordPosition;
import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Cancel;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link ResultStream} decides: stores first, then the workers and the subscribers. A record that is refused changes
 * nothing and fails with {@link ErrorCode#INVALID_RECORD}, which becomes a dead letter.
 */
final class ResultStreamProcessor implements Processor<String, byte @Nullable [], String, byte[]> {
    private final ResultTopic topic;
    private final StreamListener listener;
    private final ProcessedOffsets processed;
    private final ProcessorMeters meters;

    private @Nullable Stores stores;

    private record Stores(
            ProcessorContext<String, byte[]> context,
            KeyValueStore<byte[], StreamState> streams,
            KeyValueStore<byte[], RequestState> outcomes,
            KeyValueStore<byte[], LoggedEvent> events,
            KeyValueStore<byte[], byte[]> timers,
            KeyValueStore<byte[], byte[]> index) {}

    ResultStreamProcessor(
            ResultTopic topic, StreamListener listener, ProcessedOffsets processed, ProcessorMeters meters) {
        this.topic = topic;
        this.listener = listener;
        this.processed = processed;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        StreamStores names = StreamStores.of(topic.kind());
        processed.reset(partition(context));
        stores = new Stores(
                context,
                context.getStateStore(names.streams()),
                context.getStateStore(names.outcomes()),
                context.getStateStore(names.events()),
                context.getStateStore(names.timers()),
                context.getStateStore(names.index()));
    }

    @Override
    public void process(Record<String, byte @Nullable []> record) {
        Stores open = Objects.requireNonNull(stores, "init comes first");
        RecordMetadata place = open.context().recordMetadata().orElseThrow();
        RecordPosition at = new RecordPosition(topic.topicId(), place.partition(), place.offset(), record.timestamp());
        try {
            apply(open, record, at);
        } finally {
            processed.processed(new TopicPartition(place.topic(), place.partition()), place.offset());
        }
    }

    private void apply(Stores open, Record<String, byte @Nullable []> record, RecordPosition at) {
        StreamEvent event = read(record.value());
        StreamKey stream = keyOf(record.key(), event);
        byte[] key = StoreKeys.stream(stream);
        Optional<StreamState> before = Optional.ofNullable(open.streams().get(key));
        Decision decision = ResultStream.decide(
                event,
                stream,
                before,
                item -> Optional.ofNullable(open.outcomes().get(StoreKeys.numbered(stream, item))),
                at);
        switch (decision) {
            case Decision.Applied applied -> {
                store(open, stream, applied);
                if (before.isEmpty() && applied.state().hasJob()) {
                    open.index().put(indexKey(stream, applied.state()), new byte[0]);
                }
                applied.cancels().forEach(cancel -> open.context().forward(control(cancel, at)));
                meters.applied(applied);
                listener.appended(stream, applied.firstOffset(), applied.events());
            }
            case Decision.Dropped dropped -> meters.dropped(dropped.cause());
            case Decision.Refused refused -> throw refused(refused.reason());
        }
    }

    private static Record<String, byte[]> control(Cancel cancel, RecordPosition at) {
        String key = cancel.hasJobId() ? cancel.getJobId() : cancel.getRequestId();
        return new Record<>(key, cancel.toByteArray(), at.timestampMs());
    }

    @Override
    public void close() {
        if (stores != null) {
            TopicPartition partition = partition(stores.context());
            processed.reset(partition);
            listener.released(stream -> stream.kind() == topic.kind()
                    && topic.partitionOf(stream.id()).equals(partition));
        }
    }

    private TopicPartition partition(ProcessorContext<String, byte[]> context) {
        return new TopicPartition(topic.name(), context.taskId().partition());
    }

    private StreamEvent read(byte @Nullable [] value) {
        if (value == null) {
            throw refused("the record has no value");
        }
        try {
            return StreamEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw refused("the value is no StreamEvent: " + e.getMessage());
        }
    }

    private StreamKey keyOf(@Nullable String key, StreamEvent event) {
        if (!event.getStreamId().equals(key)) {
            throw refused("the key '" + key + "' is not the stream's id '" + event.getStreamId() + "'");
        }
        return StreamKey.of(event.getTenant(), event.getStreamId())
                .filter(stream -> stream.kind() == topic.kind())
                .orElseThrow(() -> refused("'" + event.getStreamId() + "' of tenant '" + event.getTenant()
                        + "' is no stream that lives in " + topic.name()));
    }

    private static void store(Stores open, StreamKey stream, Decision.Applied applied) {
        open.streams().put(StoreKeys.stream(stream), applied.state());
        for (Decision.ItemChange change : applied.items()) {
            open.outcomes().put(StoreKeys.numbered(stream, change.item()), change.state());
        }
        long offset = applied.firstOffset();
        for (LoggedEvent event : applied.events()) {
            open.events().put(StoreKeys.numbered(stream, offset), event);
            offset++;
        }
        for (Timer timer : applied.set()) {
            open.timers().put(StoreKeys.timer(timer), new byte[0]);
        }
        for (Timer timer : applied.cleared()) {
            open.timers().delete(StoreKeys.timer(timer));
        }
    }

    private static byte[] indexKey(StreamKey stream, StreamState state) {
        return StoreKeys.index(stream.tenant(), state.getJob().getSubmittedAtMs(), stream.id());
    }

    private MillraceException refused(String reason) {
        meters.refused();
        return new MillraceException(ErrorCode.INVALID_RECORD, reason);
    }
}
