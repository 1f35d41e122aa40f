package io.millrace.standalone.demo;

import io.millrace.client.Embeddings;
import io.millrace.client.JobEvent;
import io.millrace.client.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Keeps account of what came back, and whether it is what was asked for. Not thread-safe. */
final class Ledger {
    private final Set<String> open = new HashSet<>();
    private final Map<String, float[]> vectors = new HashMap<>();
    private final Set<String> epochs = new HashSet<>();
    private long results;
    private long failed;
    private long repeated;
    private long outOfOrder;
    private long nextOffset;

    /** @param expected the names of all requests */
    Ledger(Collection<String> expected) {
        open.addAll(expected);
    }

    void event(Position position, JobEvent event) {
        epochs.add(position.epoch());
        outOfOrder += event.offset() == nextOffset ? 0 : 1;
        nextOffset = event.offset() + 1;
        if (event instanceof JobEvent.Result result) {
            results++;
            repeated += open.remove(result.customId()) ? 0 : 1;
            if (result.body() == null) {
                failed++;
            } else {
                Embeddings.vectors(result.body()).forEach(vector -> vectors.put(result.customId(), vector));
            }
        }
    }

    Map<String, float[]> vectors() {
        return vectors;
    }

    long results() {
        return results;
    }

    long failed() {
        return failed;
    }

    /** Requests without an outcome. */
    long missing() {
        return open.size();
    }

    /** Outcomes of a request that had one already, or of one that nobody made. */
    long repeated() {
        return repeated;
    }

    /** Events that did not follow the one before, or another history. */
    long brokenPositions() {
        return outOfOrder + Math.max(0, epochs.size() - 1);
    }
}
