package io.millrace.standalone.operations.letters;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterBook;
import io.millrace.standalone.operations.core.LetterSource;
import io.millrace.standalone.operations.core.RecordContent;
import io.millrace.standalone.operations.core.Settlement;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.kafka.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The topic of dead letters as a book: the letters, and between them the records that say what became of one. Those have the
 * letter's id as their key and no value; a letter and its settlement are kept equally long, and the settlement is younger.
 */
final class LetterTopic implements AutoCloseable {
    private static final String SETTLED = "millrace-settled";
    private static final String SETTLED_BY = "millrace-settled-by";
    private static final String SETTLED_REASON = "millrace-settled-reason";

    private final TopicReader reader;

    LetterTopic(KafkaSettings kafka) {
        reader = new TopicReader(kafka, "dead-letters");
    }

    /** Everything that stands there by now. */
    LetterBook read() {
        LetterBook book = new LetterBook();
        read(record -> {}, book);
        return book;
    }

    /** The same, and calls for every letter with its record. */
    LetterBook read(BiConsumer<Letter, ConsumerRecord<byte[], byte[]>> each) {
        LetterBook book = new LetterBook();
        read(record -> each.accept(letter(record), record), book);
        return book;
    }

    private void read(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> letters, LetterBook book) {
        reader.read(List.of(Topics.DEAD_LETTERS), TimeSpan.ALWAYS, record -> {
            Optional<Settlement> settlement = settlement(record);
            if (settlement.isPresent()) {
                book.settle(key(record), settlement.get());
            } else {
                book.add(letter(record));
                letters.accept(record);
            }
        });
    }

    /** The record that settles a letter. */
    static ProducerRecord<byte[], byte[]> settled(Letter letter, Settlement settlement) {
        Headers headers = new RecordHeaders();
        put(headers, SETTLED, settlement.action().text());
        put(headers, SETTLED_BY, settlement.by());
        put(headers, SETTLED_REASON, settlement.reason());
        byte[] key = letter.id().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(Topics.DEAD_LETTERS, letter.partition(), settlement.atMs(), key, null, headers);
    }

    private static Optional<Settlement> settlement(ConsumerRecord<byte[], byte[]> record) {
        return ChunkHeaders.text(record.headers(), SETTLED)
                .flatMap(Settlement.Action::of)
                .map(action -> new Settlement(
                        action, text(record, SETTLED_BY), text(record, SETTLED_REASON), record.timestamp()));
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
        LetterSource source = source(record);
        Set<String> streams = RecordContent.streams(
                source.topic(),
                key(record),
                ChunkHeaders.text(record.headers(), ChunkHeaders.TENANT).orElse(Tenant.DEFAULT));
        return new Letter(
                source,
                text(record, DeadLetterHeaders.SERVICE),
                text(record, DeadLetterHeaders.CAUSE_CODE),
                text(record, DeadLetterHeaders.CAUSE_MESSAGE),
                streams,
                record.timestamp(),
                record.partition(),
                record.offset(),
                Optional.empty());
    }

    /** What its headers say; its own place where they say nothing that can be read. */
    private static LetterSource source(ConsumerRecord<byte[], byte[]> record) {
        try {
            return new LetterSource(
                    ChunkHeaders.text(record.headers(), DeadLetterHeaders.SOURCE_TOPIC)
                            .orElseThrow(NumberFormatException::new),
                    Integer.parseInt(text(record, DeadLetterHeaders.SOURCE_PARTITION)),
                    Long.parseLong(text(record, DeadLetterHeaders.SOURCE_OFFSET)),
                    ChunkHeaders.text(record.headers(), DeadLetterHeaders.SOURCE_PART)
                            .map(Integer::valueOf));
        } catch (NumberFormatException e) {
            return new LetterSource(record.topic(), record.partition(), record.offset());
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
        return ChunkHeaders.text(record.headers(), header).orElse("");
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        reader.close();
    }
}
