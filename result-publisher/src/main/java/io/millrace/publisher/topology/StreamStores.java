package io.millrace.publisher.topology;

import io.millrace.schemas.ProtobufSerde;
import io.millrace.schemas.v1.LoggedEvent;
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
record StreamStores(String streams, String outcomes, String events, String timers, String index) {

    static StreamStores of(StreamKind kind) {
        String prefix = kind == StreamKind.STREAM_KIND_JOB ? "job-" : "call-";
        return new StreamStores(
                prefix + "streams", prefix + "outcomes", prefix + "events", prefix + "timers", prefix + "index");
    }

    List<String> names() {
        return List.of(streams, outcomes, events, timers, index);
    }

    Set<StoreBuilder<?>> builders() {
        return Set.of(
                builder(streams, ProtobufSerde.of(StreamState.getDefaultInstance()))
                        .withCachingEnabled(),
                builder(outcomes, ProtobufSerde.of(RequestState.getDefaultInstance())),
                builder(events, ProtobufSerde.of(LoggedEvent.getDefaultInstance())),
                builder(timers, Serdes.ByteArray()).withCachingEnabled(),
                builder(index, Serdes.ByteArray()));
    }

    private static <V> StoreBuilder<KeyValueStore<byte[], V>> builder(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.ByteArray(), values);
    }
}
