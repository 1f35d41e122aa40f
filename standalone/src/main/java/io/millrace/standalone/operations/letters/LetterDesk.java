package io.millrace.standalone.operations.letters;

import com.google.protobuf.ByteString;
import io.millrace.client.ClientException;
import io.millrace.client.Requests;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterBook;
import io.millrace.standalone.operations.core.LetterFilter;
import io.millrace.standalone.operations.core.LetterSource;
import io.millrace.standalone.operations.core.Settlement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Where an operator reads dead letters and settles them. Blocks; for one thread.
 *
 * <p>A letter is settled once, whoever is killed when: the record that goes back and the note that it did are one transaction,
 * and all desks have the same transactional id, so that a second one ends the first before it reads what is settled. That is
 * also why records of topics that are otherwise never written in transactions go back in one: it is open for milliseconds, and
 * should the desk die within them, readers of that one partition wait until the brokers end it, at most some seconds.
 */
public final class LetterDesk implements AutoCloseable {
    private static final String TRANSACTIONAL_ID = "millrace-dead-letters";
    private static final int TRANSACTION_TIMEOUT_MS = 5_000;

    private final KafkaSettings kafka;
    private final LetterTopic topic;
    private final InstantSource clock;

    /** Connects when it is first used. */
    public LetterDesk(KafkaSettings kafka, InstantSource clock) {
        this.kafka = kafka;
        this.clock = clock;
        this.topic = new LetterTopic(kafka);
    }

    /**
     * What became of one letter.
     *
     * @param refusal why nothing did; empty if it is settled now
     */
    public record Handled(Letter letter, Optional<String> refusal) {}

    /** All letters, and what became of them. */
    public LetterBook read() {
        return topic.read();
    }

    /** The letters that are meant, with their records; keeps all of them in memory. */
    public List<LetterRecord> records(LetterFilter filter) {
        Map<String, LetterRecord> found = new LinkedHashMap<>();
        LetterBook book = topic.read((letter, record) -> {
            if (filter.accepts(letter)) {
                found.put(letter.id(), LetterRecord.of(letter, record));
            }
        });
        return found.values().stream()
                .map(record -> new LetterRecord(
                        book.find(record.letter().id()).orElse(record.letter()),
                        record.key(),
                        record.value(),
                        record.headers()))
                .toList();
    }

    /** Gives letters up, and says who did. */
    public List<Handled> discard(LetterFilter filter, String by, String reason)
            throws ClientException, InterruptedException {
        return settle(filter, Settlement.Action.DISCARDED, by, reason, record -> Optional.empty());
    }

    /** Puts letters back where they came from, as far as the rule allows, and says who did. */
    public List<Handled> redrive(LetterFilter filter, String by, String reason, Requests requests)
            throws ClientException, InterruptedException {
        RedriveRule rule = new RedriveRule(requests);
        return settle(filter, Settlement.Action.REDRIVEN, by, reason, record -> {
            @Nullable ByteString key = record.key();
            return rule.objection(record.letter(), key == null ? "" : key.toStringUtf8());
        });
    }

    private interface Objections {
        Optional<String> to(LetterRecord record) throws ClientException, InterruptedException;
    }

    private List<Handled> settle(
            LetterFilter filter, Settlement.Action action, String by, String reason, Objections objections)
            throws ClientException, InterruptedException {
        List<Handled> handled = new ArrayList<>();
        try (Producer<byte[], byte[]> producer = producer();
                RecordReaders sources = new RecordReaders(kafka)) {
            // From here on no other desk can settle anything; what others did settle is read after this.
            producer.initTransactions();
            for (LetterRecord record : records(filter)) {
                // A filter means what waits; who names a settled letter shall hear that it is.
                if (filter.ids().isEmpty() && record.letter().settlement().isPresent()) {
                    continue;
                }
                Optional<String> refusal = record.letter()
                        .settlement()
                        .map(before -> "it was " + before.action().text() + " by " + before.by() + " already");
                if (refusal.isEmpty()) {
                    refusal = objections.to(record);
                }
                if (refusal.isEmpty()) {
                    Settlement settlement = new Settlement(action, by, reason, clock.millis());
                    refusal = carryOut(producer, sources, record, settlement);
                }
                handled.add(new Handled(record.letter(), refusal));
            }
        }
        return handled;
    }

    private static Optional<String> carryOut(
            Producer<byte[], byte[]> producer, RecordReaders sources, LetterRecord record, Settlement settlement)
            throws InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        if (settlement.action() == Settlement.Action.REDRIVEN) {
            try {
                records.add(record.asItWas(sources.valueOf(record)));
            } catch (RecordGoneException e) {
                return Optional.of("its value is not kept any more: " + e.getMessage());
            }
        }
        records.add(LetterTopic.settled(record.letter(), settlement));
        write(producer, records);
        return Optional.empty();
    }

    private static void write(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        producer.beginTransaction();
        try {
            List<Future<RecordMetadata>> sent =
                    records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
            producer.commitTransaction();
        } catch (ExecutionException e) {
            producer.abortTransaction();
            throw new KafkaException("a dead letter could not be settled", e.getCause());
        }
    }

    private Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                kafka.client(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        TRANSACTIONAL_ID,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        TRANSACTIONAL_ID,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_TIMEOUT_MS)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void close() {
        topic.close();
    }

    /** Reads values that were too long for their letters where they still stand. */
    private static final class RecordReaders implements AutoCloseable {
        private final KafkaSettings kafka;
        private final Map<String, RecordReader> readers = new HashMap<>();

        RecordReaders(KafkaSettings kafka) {
            this.kafka = kafka;
        }

        byte @Nullable [] valueOf(LetterRecord record) throws InterruptedException, RecordGoneException {
            if (record.omitted().isEmpty()) {
                @Nullable ByteString value = record.value();
                return value == null ? null : value.toByteArray();
            }
            LetterSource source = record.letter().source();
            return readers.computeIfAbsent(
                            source.topic(), name -> new RecordReader(kafka, "dead-letter-sources", name, 1))
                    .read(List.of(new RecordReader.Address(
                            source.partition(),
                            source.offset(),
                            record.omitted().get())))
                    .getFirst();
        }

        @Override
        public void close() {
            readers.values().forEach(RecordReader::close);
        }
    }
}
