package io.millrace.publisher.topology;

import io.millrace.schemas.ProtobufSerde;
import io.millrace.schemas.v1.EventBlock;
import io.millrace.schemas.v1.ItemBlock;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The stores of one kind of streams; keys as {@link StoreKeys} says. Jobs and calls have stores and tasks of their own,
 * so that a backlog of one kind does not hold back the other.
 */
record StreamStores(StreamKind kind, String streams, String items, String log, String timers, String index) {

    static StreamStores of(StreamKind kind) {
        String prefix = prefix(kind);
        return new StreamStores(
                kind, prefix + "streams", prefix + "items", prefix + "log", prefix + "timers", prefix + "index");
    }

    /** What the names of all stores of a kind begin with. */
    static String prefix(StreamKind kind) {
        return kind == StreamKind.STREAM_KIND_JOB ? "job-" : "call-";
    }

    List<String> names() {
        return List.of(streams, items, log, timers, index);
    }

    Set<StoreBuilder<?>> builders() {
        return Set.of(
                builder(streams, ProtobufSerde.of(StreamState.getDefaultInstance()))
                        .withCachingEnabled(),
                kind == StreamKind.STREAM_KIND_JOB
                        ? builder(items, ProtobufSerde.of(ItemBlock.getDefaultInstance()))
                        : builder(items, ProtobufSerde.of(RequestState.getDefaultInstance())),
                builder(log, ProtobufSerde.of(EventBlock.getDefaultInstance())),
                builder(timers, Serdes.ByteArray()).withCachingEnabled(),
                builder(index, Serdes.ByteArray()));
    }

    private static <V> StoreBuilder<KeyValueStore<byte[], V>> builder(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.ByteArray(), values);
    }
}
