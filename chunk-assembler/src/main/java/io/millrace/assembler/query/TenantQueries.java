package io.millrace.assembler.query;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.topology.Ownership;
import io.millrace.assembler.topology.StoredFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;

/** Finds what a tenant has in this instance's stores, and which instances have the rest. Thread-safe. */
public final class TenantQueries {
    /** The partitions that one instance owns. */
    record Share(HostInfo owner, List<Integer> partitions) {}

    private final KafkaStreams streams;
    private final HostInfo self;
    private final IntSupplier partitions;
    private final Executor readers;

    /**
     * Queries of a running application.
     *
     * @param self this instance's address as the others know it
     * @param partitions of the topic of chunks; may wait
     * @param readers runs what reads the stores
     */
    public TenantQueries(KafkaStreams streams, HostInfo self, IntSupplier partitions, Executor readers) {
        this.streams = streams;
        this.self = self;
        this.partitions = partitions;
        this.readers = readers;
    }

    HostInfo self() {
        return self;
    }

    /** Who owns what; empty while not every partition has an owner. */
    CompletableFuture<Optional<List<Share>>> shares() {
        return CompletableFuture.supplyAsync(this::currentShares, readers);
    }

    private Optional<List<Share>> currentShares() {
        List<Share> shares = new ArrayList<>();
        Ownership.of(streams).forEach((owner, of) -> shares.add(new Share(owner, of)));
        int owned = shares.stream().mapToInt(share -> share.partitions().size()).sum();
        return owned == partitions.getAsInt() ? Optional.of(shares) : Optional.empty();
    }

    /** Asks this instance's stores of these partitions; fails if it does not own one of them. */
    <T extends MessageLite> CompletableFuture<List<T>> local(List<Integer> of, Function<StoredFiles, T> question) {
        return CompletableFuture.supplyAsync(
                () -> of.stream()
                        .map(partition -> question.apply(StoredFiles.of(streams, partition)))
                        .toList(),
                readers);
    }
}
