package io.millrace.worker.lane;

import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that a slot has in hand, with its requests. It is settled once, when all of them are: accepted if all were accepted,
 * else released, so that all of them come again. {@link #open}, {@link #next}, {@link #renewed} and {@link #lose} are
 * for the slot's thread.
 */
final class OpenRecord {
    private static final Logger LOG = LoggerFactory.getLogger(OpenRecord.class);

    private final Place place;
    private final DeadLetterSink deadLetters;
    private final BiConsumer<OpenRecord, AcknowledgeType> settled;
    private final Consumer<OpenRecord> proceeding;
    private final AtomicInteger unsettled = new AtomicInteger(1);
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile ConsumerRecord<byte[], byte[]> record;
    private volatile boolean inTurn;
    private final Queue<Delivery> waiting = new ArrayDeque<>();
    private List<OpenRequest> requests = List.of();

    /**
     * A record that a slot has taken.
     *
     * @param settled hears on any thread what is to become of the record
     * @param proceeding hears on any thread that the next request has its turn
     */
    OpenRecord(
            ConsumerRecord<byte[], byte[]> record,
            DeadLetterSink deadLetters,
            BiConsumer<OpenRecord, AcknowledgeType> settled,
            Consumer<OpenRecord> proceeding) {
        this.record = record;
        this.proceeding = proceeding;
        this.place = Place.of(record);
        this.deadLetters = deadLetters;
        this.settled = settled;
    }

    /** Where a record lies in its lane. */
    record Place(int partition, long offset) {
        static Place of(ConsumerRecord<byte[], byte[]> record) {
            return new Place(record.partition(), record.offset());
        }
    }

    Place place() {
        return place;
    }

    /** The record as it came last. */
    ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    /** A renewed record comes again. */
    void renewed(ConsumerRecord<byte[], byte[]> again) {
        record = again;
    }

    /**
     * A delivery of each of its requests; of a record that comes again only the first, and {@link #next} gives the others. If one of
     * them ends its worker, those behind it have not begun and lose no attempt.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if it is no record of requests
     */
    List<Delivery> open(Lane lane) {
        List<InferenceRequest> all = LaneRecords.decode(record);
        unsettled.set(all.size());
        requests = IntStream.range(0, all.size())
                .mapToObj(part ->
                        new OpenRequest(this, all.get(part), all.size() == 1 ? Optional.empty() : Optional.of(part)))
                .toList();
        int count = record.deliveryCount().orElse((short) 1);
        List<Delivery> deliveries = requests.stream()
                .map(request -> new Delivery(request.request(), lane, count, request))
                .toList();
        if (count == 1) {
            return deliveries;
        }
        inTurn = true;
        waiting.addAll(deliveries.subList(1, deliveries.size()));
        return deliveries.subList(0, 1);
    }

    /** The request whose turn it is when one that was delivered is settled, if there is one. */
    Optional<Delivery> next() {
        return Optional.ofNullable(waiting.poll());
    }

    /** The record belongs to the slot no longer; all its requests hear of it. */
    void lose(Outcome how) {
        requests.forEach(request -> request.lose(how));
    }

    /** It is no record of requests: as a whole it becomes a dead letter. */
    void bury(ErrorCode cause, String message) {
        bury(record, cause, message, this::settleOne);
    }

    /** One of its requests becomes a dead letter, by itself. */
    void bury(OpenRequest request, ErrorCode cause, String message) {
        bury(
                request.part().map(part -> alone(request.request(), part)).orElse(record),
                cause,
                message,
                request::settle);
    }

    private void bury(
            ConsumerRecord<byte[], byte[]> letter, ErrorCode cause, String message, Consumer<AcknowledgeType> then) {
        deadLetters.send(letter, cause, message).whenComplete((where, failure) -> {
            if (failure == null) {
                then.accept(AcknowledgeType.ACCEPT);
            } else {
                LOG.warn("a dead letter could not be written; its record is released", failure);
                then.accept(AcknowledgeType.RELEASE);
            }
        });
    }

    /** One more of its requests is settled, each of them once; the last one settles the record. */
    void settleOne(AcknowledgeType how) {
        if (how == AcknowledgeType.RELEASE) {
            released.set(true);
        }
        if (unsettled.decrementAndGet() == 0) {
            settled.accept(this, released.get() ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
        } else if (inTurn) {
            proceeding.accept(this);
        }
    }

    private ConsumerRecord<byte[], byte[]> alone(InferenceRequest request, int part) {
        ConsumerRecord<byte[], byte[]> whole = record;
        byte[] key = request.getRequestId().getBytes(StandardCharsets.UTF_8);
        byte[] value = request.toByteArray();
        Headers headers = new RecordHeaders(whole.headers().toArray());
        headers.remove(DeadLetterHeaders.SOURCE_PART)
                .add(DeadLetterHeaders.SOURCE_PART, Integer.toString(part).getBytes(StandardCharsets.UTF_8));
        return new ConsumerRecord<>(
                whole.topic(),
                whole.partition(),
                whole.offset(),
                whole.timestamp(),
                whole.timestampType(),
                key.length,
                value.length,
                key,
                value,
                headers,
                whole.leaderEpoch(),
                whole.deliveryCount());
    }
}
