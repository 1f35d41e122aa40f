package io.millrace.assembler.query;

import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.UploadState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;

/** Finds the state of an upload in this instance's stores, or the instance that has it. Thread-safe. */
public final class UploadQueries {
    /** What there is to say about an upload. */
    public sealed interface Answer {
        /** Its state. */
        record Found(UploadState state) implements Answer {}

        /** There never was such an upload. */
        record Unknown() implements Answer {}

        /** The question contradicts itself. */
        record Wrong(String why) implements Answer {}

        /** Another instance knows. */
        record Elsewhere(HostInfo owner) implements Answer {}

        /** Nobody can say now; asking again helps. */
        record NotNow(String why) implements Answer {}
    }

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final StreamPartitioner<String, Object> BY_UPLOAD =
            (topic, uploadId, value, partitions) -> Optional.of(
                    Set.of(Utils.toPositive(Utils.murmur2(uploadId.getBytes(StandardCharsets.UTF_8))) % partitions));

    private final KafkaStreams streams;
    private final String store;
    private final HostInfo self;
    private final ProcessedOffsets offsets;
    private final Executor readers;

    /**
     * Queries of a running application.
     *
     * @param store the name of the store of uploads
     * @param self this instance's address as the others know it
     * @param readers runs what reads the store
     */
    public UploadQueries(
            KafkaStreams streams, String store, HostInfo self, ProcessedOffsets offsets, Executor readers) {
        this.streams = streams;
        this.store = store;
        this.self = self;
        this.offsets = offsets;
        this.readers = readers;
    }

    /**
     * Answers once everything up to {@code seen} is processed, at most some seconds later. Does not block; never fails.
     *
     * @param key of the upload in the store
     */
    public CompletableFuture<Answer> find(String uploadId, byte[] key, @Nullable Seen seen) {
        KeyQueryMetadata owner;
        try {
            owner = streams.queryMetadataForKey(store, uploadId, BY_UPLOAD);
        } catch (IllegalStateException e) {
            return CompletableFuture.completedFuture(new Answer.NotNow("starting or stopping"));
        }
        if (owner.equals(KeyQueryMetadata.NOT_AVAILABLE) || owner.activeHost().equals(HostInfo.unavailable())) {
            return CompletableFuture.completedFuture(new Answer.NotNow("work is being handed over"));
        }
        if (!owner.activeHost().equals(self)) {
            return CompletableFuture.completedFuture(new Answer.Elsewhere(owner.activeHost()));
        }
        if (seen != null && seen.partition() != owner.partition()) {
            return CompletableFuture.completedFuture(
                    new Answer.Wrong("the upload lies in partition " + owner.partition()));
        }
        CompletableFuture<Void> caughtUp = seen == null
                ? CompletableFuture.completedFuture(null)
                : offsets.await(
                        new TopicPartition(Topics.CHUNKS, seen.partition()), seen.offset(), PATIENCE.toMillis());
        return caughtUp.thenApplyAsync(nothing -> read(key, owner.partition()), readers)
                .exceptionally(UploadQueries::notNow);
    }

    private Answer read(byte[] key, int partition) {
        UploadState state = streams.store(StoreQueryParameters.fromNameAndType(
                                store, QueryableStoreTypes.<byte[], UploadState>keyValueStore())
                        .withPartition(partition))
                .get(key);
        return state == null ? new Answer.Unknown() : new Answer.Found(state);
    }

    private static Answer notNow(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case TimeoutException e -> new Answer.NotNow("behind by more than " + PATIENCE.toSeconds() + " s");
            case ProcessedOffsets.TooManyWaiting e -> new Answer.NotNow(String.valueOf(e.getMessage()));
            case InvalidStateStoreException e -> new Answer.NotNow("work is being handed over");
            default -> new Answer.NotNow("failed: " + cause);
        };
    }
}
