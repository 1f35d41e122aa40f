package io.millrace.assembler.content;

import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import java.util.List;

/** Where the bytes of files come from. */
@FunctionalInterface
public interface PayloadSource {
    /**
     * The values of these chunk records, in this order. Blocks until they are there.
     *
     * @throws RecordGoneException if one of them is not kept any more
     */
    List<byte[]> read(List<RecordReader.Address> addresses) throws InterruptedException, RecordGoneException;
}
