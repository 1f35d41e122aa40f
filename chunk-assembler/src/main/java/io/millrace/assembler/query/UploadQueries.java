package io.millrace.assembler.query;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.topology.EntityKey;
import io.millrace.assembler.topology.StateStores;
import io.millrace.assembler.topology.StoredUploads;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Topics;
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
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Finds what is asked of an upload in this instance's stores, or the instance that has it. Thread-safe. */
public final class UploadQueries {
    /** What there is to say about an upload. */
    public sealed interface Answer {
        /** This. */
        record Found(MessageLite message) implements Answer {}

        /** There never was such an upload. */
        record Unknown() implements Answer {}

        /** The question contradicts itself. */
        record Wrong(String why) implements Answer {}

        /** Another instance knows. */
        record Elsewhere(HostInfo owner) implements Answer {}

        /** Nobody can say now; asking again helps. */
        record NotNow(String why) implements Answer {}
    }

    /** What is asked of the owner of an upload. */
    @FunctionalInterface
    public interface Question {
        /** The answer from the owner's stores; empty if there never was such an upload. */
        Optional<? extends MessageLite> ask(StoredUploads stored, EntityKey upload);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final StreamPartitioner<String, Object> BY_UPLOAD =
            (topic, uploadId, value, partitions) -> Optional.of(
                    Set.of(Utils.toPositive(Utils.murmur2(uploadId.getBytes(StandardCharsets.UTF_8))) % partitions));

    private final KafkaStreams streams;
    private final HostInfo self;
    private final ProcessedOffsets offsets;
    private final Executor readers;

    /**
     * Queries of a running application.
     *
     * @param self this instance's address as the others know it
     * @param readers runs what reads the store
     */
    public UploadQueries(KafkaStreams streams, HostInfo self, ProcessedOffsets offsets, Executor readers) {
        this.streams = streams;
        this.self = self;
        this.offsets = offsets;
        this.readers = readers;
    }

    /** Answers once everything up to {@code seen} is processed, at most some seconds later. Does not block; never fails. */
    public CompletableFuture<Answer> find(EntityKey upload, @Nullable Seen seen, Question question) {
        KeyQueryMetadata owner;
        try {
            owner = streams.queryMetadataForKey(StateStores.UPLOADS, upload.id(), BY_UPLOAD);
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
        return caughtUp.thenApplyAsync(nothing -> read(upload, owner.partition(), question), readers)
                .exceptionally(UploadQueries::notNow);
    }

    private Answer read(EntityKey upload, int partition, Question question) {
        return question.ask(StoredUploads.of(streams, partition), upload)
                .<Answer>map(Answer.Found::new)
                .orElseGet(Answer.Unknown::new);
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
