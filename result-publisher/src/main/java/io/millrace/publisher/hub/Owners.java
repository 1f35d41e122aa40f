package io.millrace.publisher.hub;

import io.millrace.publisher.core.StreamKey;
import java.util.List;
import java.util.Optional;

/** Which instance has which stream. May be behind for a moment while work moves from one to another. Does not block. */
public interface Owners {
    /** The internal base address of the instance that has the stream, if it is known to be another one. */
    Optional<String> elsewhere(StreamKey stream);

    /** The internal base addresses of all other instances. */
    List<String> others();

    /** Over how many partitions jobs are spread. */
    int jobPartitions();
}
