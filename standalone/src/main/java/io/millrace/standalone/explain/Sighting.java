package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import java.util.Map;
import java.util.Optional;

/**
 * A record in which a thing was seen.
 *
 * @param topic where it stands
 * @param partition of the topic
 * @param offset in the partition
 * @param atMs when it was written
 * @param headers their texts
 * @param value its bytes; empty where it has none
 */
record Sighting(String topic, int partition, long offset, long atMs, Map<String, String> headers, ByteString value) {
    /** What it is, in the topics that say it in a header. */
    Optional<RecordKind> kind() {
        return Optional.ofNullable(headers.get(ChunkHeaders.KIND)).flatMap(RecordKind::fromHeader);
    }

    /** Where it stands, for the operator. */
    String place() {
        return topic + "/" + partition + "@" + offset;
    }
}
