package io.millrace.standalone.operations.letters;

import com.google.protobuf.ByteString;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.RecordContent;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter with its record.
 *
 * @param key as it was
 * @param value as it was; absent where it had none, or it was left out
 * @param headers its own and those of the letter
 */
public record LetterRecord(
        Letter letter, @Nullable ByteString key, @Nullable ByteString value, List<Header> headers) {
    /** Says which letter a record is that was put back, should it become a letter again. */
    private static final String REDRIVEN_FROM = "millrace-redriven-from";

    /** Keeps a copy of the list. */
    public LetterRecord {
        headers = List.copyOf(headers);
    }

    static LetterRecord of(Letter letter, ConsumerRecord<byte[], byte[]> record) {
        return new LetterRecord(
                letter,
                copy(record.key()),
                copy(record.value()),
                List.of(record.headers().toArray()));
    }

    /** The bytes of the value that were too many to be carried; empty where it is whole. */
    public Optional<Integer> omitted() {
        return ChunkHeaders.text(all(), DeadLetterHeaders.VALUE_OMITTED).map(Integer::valueOf);
    }

    /** The value for a reader. */
    public String describe() {
        if (omitted().isPresent()) {
            return "left out here, because it has " + omitted().get() + " bytes; it stands at " + letter.id();
        }
        Optional<RecordKind> kind = ChunkHeaders.text(all(), ChunkHeaders.KIND).flatMap(RecordKind::fromHeader);
        return value == null ? "none" : RecordContent.describe(letter.source().topic(), kind, value.toByteArray());
    }

    /** The record as it was, for where it was, behind what stands there now. */
    ProducerRecord<byte[], byte[]> asItWas(byte @Nullable [] content) {
        Headers own = DeadLetterHeaders.before(all());
        own.remove(REDRIVEN_FROM);
        ChunkHeaders.put(own, REDRIVEN_FROM, letter.id());
        return new ProducerRecord<>(
                letter.source().topic(),
                letter.source().partition(),
                null,
                key == null ? null : key.toByteArray(),
                content,
                own);
    }

    private Headers all() {
        return new RecordHeaders(headers);
    }

    private static @Nullable ByteString copy(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteString.copyFrom(bytes);
    }
}
