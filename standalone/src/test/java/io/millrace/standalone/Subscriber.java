package io.millrace.standalone;

import io.millrace.client.JobEvent;
import io.millrace.client.Position;
import io.millrace.client.ResultListener;
import io.millrace.testing.guarantee.EveryRequestAnswered;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Follows a job and holds what it sees against the guarantees. */
final class Subscriber implements ResultListener {
    private final EveryRequestAnswered answered = new EveryRequestAnswered();
    private final NoGapNoRepeat positions = new NoGapNoRepeat();
    private final Map<String, JobEvent.Result> results = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final IntConsumer onResult;

    /**
     * @param expected the names of the job's requests
     * @param onResult hears of every result with the number of results so far
     */
    Subscriber(Iterable<String> expected, IntConsumer onResult) {
        expected.forEach(answered::expect);
        this.onResult = onResult;
    }

    @Override
    public void interrupted(String reason, Duration delay) {}

    @Override
    public void subscribed(String epoch, boolean recovered, long from) {
        positions.subscribed(epoch, recovered, from);
    }

    @Override
    public void event(Position position, JobEvent event) {
        positions.event(event.offset());
        if (event instanceof JobEvent.Result result) {
            answered.answered(result.customId(), result.error() == null ? "succeeded" : "failed");
            results.put(result.customId().isEmpty() ? result.requestId() : result.customId(), result);
            onResult.accept(count.incrementAndGet());
        }
    }

    int count() {
        return count.get();
    }

    Map<String, JobEvent.Result> results() {
        return results;
    }

    /** Fails if anything was missing, repeated or out of place. */
    void requireAll() {
        Guarantee.requireAll(answered, positions);
    }

    long restarts() {
        return positions.restarts();
    }
}
