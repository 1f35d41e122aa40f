package io.millrace.runtime.streams;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record that an answer must take into account: read your writes.
 *
 * @param partition of the topic that the question is about
 * @param offset in that partition
 */
public record Seen(int partition, long offset) {

    /**
     * What a query says in {@code partition} and {@code seen}, if it says both.
     *
     * @throws NumberFormatException if they are no numbers
     */
    public static Optional<Seen> of(MultiMap parameters) {
        @Nullable String partition = parameters.get("partition");
        @Nullable String offset = parameters.get("seen");
        return partition == null || offset == null
                ? Optional.empty()
                : Optional.of(new Seen(Integer.parseInt(partition), Long.parseLong(offset)));
    }
}
