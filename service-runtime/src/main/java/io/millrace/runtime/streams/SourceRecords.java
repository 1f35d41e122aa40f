package io.millrace.runtime.streams;

import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/** The record that is being processed. */
public final class SourceRecords {
    private SourceRecords() {}

    /**
     * Where the record is from. To be asked for before a store is written: Streams 4.3 keeps the raw bytes of a record for its
     * dead letter (KIP-1034), and would keep them in the cache of stores with every entry that this record wrote, uncounted, so
     * that a cache of some megabytes held gigabytes of chunks. From here on the record has its bytes alone; {@link
     * DeadLetterHandler} takes them from there.
     *
     * @throws java.util.NoSuchElementException if no record is being processed
     */
    public static RecordMetadata metadata(ProcessingContext context) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata instanceof ProcessorRecordContext raw) {
            raw.freeRawRecord();
        }
        return metadata;
    }
}
