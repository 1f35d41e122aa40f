package io.millrace.assembler.query;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.topology.EntityKey;
import io.millrace.assembler.topology.SettledUploads;
import io.millrace.assembler.topology.StateStores;
import io.millrace.assembler.topology.StoredUploads;
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
import java.util.concurrent.TimeUnit;
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

    /** What is known of the upload itself. */
    static final Question STATE = (stored, upload) -> Optional.ofNullable(stored.find(upload));

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration SETTLING = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final StreamPartitioner<String, Object> BY_UPLOAD =
            (topic, uploadId, value, partitions) -> Optional.of(
                    Set.of(Utils.toPositive(Utils.murmur2(uploadId.getBytes(StandardCharsets.UTF_8))) % partitions));

    private final KafkaStreams streams;
    private final HostInfo self;
    private final ProcessedOffsets offsets;
    private final SettledUploads settled;
    private final Executor readers;

    /**
     * Queries of a running application.
     *
     * @param self this instance's address as the others know it
     * @param settled tells of an upload's next status
     * @param readers runs what reads the store
     */
    public UploadQueries(
            KafkaStreams streams, HostInfo self, ProcessedOffsets offsets, SettledUploads settled, Executor readers) {
        this.settled = settled;
        this.streams = streams;
        this.self = self;
        this.offsets = offsets;
        this.readers = readers;
    }

    /**
     * The state of an upload once it is settled: neither being verified nor put together from its parts. After 20 s the state
     * that it has then. Does not block; never fails.
     */
    public CompletableFuture<Answer> findSettled(EntityKey upload, @Nullable Seen seen) {
        long deadline = System.nanoTime() + SETTLING.toNanos();
        return find(upload, seen, STATE).thenCompose(answer -> whenSettled(upload, answer, deadline));
    }

    private CompletableFuture<Answer> whenSettled(EntityKey upload, Answer answer, long deadline) {
        long left = deadline - System.nanoTime();
        if (isSettled(answer) || left <= 0) {
            return CompletableFuture.completedFuture(answer);
        }
        // Asked for before the state is read again, so that nothing is missed between. Nothing comes once it is
        // another's.
        CompletableFuture<Void> next = settled.next(upload)
                .completeOnTimeout(null, Math.min(left, LOOK_AGAIN.toNanos()), TimeUnit.NANOSECONDS);
        return find(upload, null, STATE).thenCompose(again -> {
            if (isSettled(again)) {
                next.cancel(false);
                return CompletableFuture.completedFuture(again);
            }
            return next.thenCompose(nothing -> find(upload, null, STATE))
                    .thenCompose(later -> whenSettled(upload, later, deadline));
        });
    }

    private static boolean isSettled(Answer answer) {
        if (!(answer instanceof Answer.Found found) || !(found.message() instanceof UploadState state)) {
            return true;
        }
        return switch (state.getStatus()) {
            case UPLOAD_STATUS_VERIFYING -> false;
            case UPLOAD_STATUS_OPEN -> state.getOpen().getPartsCount() == 0;
            case UPLOAD_STATUS_COMPLETE,
                    UPLOAD_STATUS_CANCELLED,
                    UPLOAD_STATUS_EXPIRED,
                    UPLOAD_STATUS_FAILED,
                    UPLOAD_STATUS_UNSPECIFIED,
                    UNRECOGNIZED -> true;
        };
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
