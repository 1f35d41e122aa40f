package io.millrace.publisher.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.publisher.core.Decision;
import io.millrace.publisher.core.RecordPosition;
import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StreamKey;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.SourceRecords;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link ResultStream} decides: stores first, then the workers and the subscribers. A record that is refused changes
 * nothing and fails with {@link ErrorCode#INVALID_RECORD}, which becomes a dead letter.
 */
final class ResultStreamProcessor implements Processor<byte @Nullable [], byte @Nullable [], String, byte[]> {
    private final ResultTopic topic;
    private final Placement placement;
    private final RecentResults recent;
    private final StreamListener listener;
    private final ProcessedOffsets processed;
    private final ProcessorMeters meters;

    private @Nullable ProcessorContext<String, byte[]> context;
    private @Nullable WritableStreams stores;

    ResultStreamProcessor(
            ResultTopic topic,
            Placement placement,
            RecentResults recent,
            StreamListener listener,
            ProcessedOffsets processed,
            ProcessorMeters meters) {
        this.topic = topic;
        this.placement = placement;
        this.recent = recent;
        this.listener = listener;
        this.processed = processed;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> given) {
        processed.reset(partition(given));
        context = given;
        stores = WritableStreams.of(given, topic.kind());
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        WritableStreams open = Objects.requireNonNull(stores, "init comes first");
        RecordMetadata place = SourceRecords.metadata(Objects.requireNonNull(context));
        RecordPosition at = new RecordPosition(topic.topicId(), place.partition(), place.offset(), record.timestamp());
        try {
            apply(open, record, at);
        } finally {
            processed.processed(new TopicPartition(place.topic(), place.partition()), place.offset());
        }
    }

    private void apply(WritableStreams open, Record<byte @Nullable [], byte @Nullable []> record, RecordPosition at) {
        byte[] value = value(record);
        StreamEvent event = parse(value);
        StreamKey stream = keyOf(text(record.key()), event);
        Optional<StreamState> before = open.state(stream);
        Decision decision =
                ResultStream.decide(event, stream, before, open.items().of(stream), at);
        SourceRecord source =
                new SourceRecord(at.offset(), value.length, record.timestamp(), ResultRecords.each(event));
        carryOut(decision, stream, source, before.isEmpty(), at);
    }

    private void carryOut(Decision decision, StreamKey stream, SourceRecord source, boolean isNew, RecordPosition at) {
        WritableStreams open = Objects.requireNonNull(stores);
        switch (decision) {
            case Decision.Applied applied -> {
                EventBlock block = block(applied, source);
                open.store(stream, applied, block, isNew);
                if (block.hasRecord() && listener.isFollowed(stream)) {
                    recent.keep(new RecentResults.Place(at.partition(), at.offset()), source.results(), source.size());
                }
                tellWorkers(applied.cancels(), at);
                meters.applied(applied);
                listener.appended(stream, applied.firstOffset(), applied.events());
            }
            case Decision.Forgotten forgotten -> {
                open.forget(stream, forgotten);
                listener.released(stream::equals);
            }
            case Decision.Parts parts -> parts.parts().forEach(part -> carryOut(part, stream, source, isNew, at));
            case Decision.Dropped dropped -> meters.dropped(dropped.cause());
            case Decision.Refused refused -> throw refused(refused.reason());
        }
    }

    private EventBlock block(Decision.Applied applied, SourceRecord source) {
        return placement.stays(applied.state(), source)
                ? EventBlocks.referring(applied.events(), source)
                : EventBlocks.copied(applied.events());
    }

    /** With a commit at once, because workers see only what is committed, and go on meanwhile. */
    private void tellWorkers(List<Control> cancels, RecordPosition at) {
        ProcessorContext<String, byte[]> to = Objects.requireNonNull(context);
        for (Control cancel : cancels) {
            to.forward(control(cancel, at));
            to.commit();
        }
    }

    private static Record<String, byte[]> control(Control cancel, RecordPosition at) {
        String key = cancel.hasCancelledJobId() ? cancel.getCancelledJobId() : cancel.getCancelledRequestId();
        return new Record<>(key, cancel.toByteArray(), at.timestampMs());
    }

    @Override
    public void close() {
        if (context != null) {
            TopicPartition partition = partition(context);
            processed.reset(partition);
            listener.released(stream -> stream.kind() == topic.kind()
                    && topic.partitionOf(stream.id()).equals(partition));
        }
    }

    private TopicPartition partition(ProcessorContext<String, byte[]> context) {
        return new TopicPartition(topic.name(), context.taskId().partition());
    }

    private byte[] value(Record<byte @Nullable [], byte @Nullable []> record) {
        byte @Nullable [] value = record.value();
        if (value == null) {
            throw refused("the record has no value");
        }
        return value;
    }

    private StreamEvent parse(byte[] value) {
        try {
            return StreamEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw refused("the value is no StreamEvent: " + e.getMessage());
        }
    }

    private static @Nullable String text(byte @Nullable [] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
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

    private MillraceException refused(String reason) {
        meters.refused();
        return new MillraceException(ErrorCode.INVALID_RECORD, reason);
    }
}
