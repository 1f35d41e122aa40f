package io.millrace.worker.lane;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Acknowledgement;
import io.millrace.worker.core.Outcome;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.jspecify.annotations.Nullable;

/** A request of a record that a slot has in hand, with an acknowledgement of its own. Thread-safe. */
final class OpenRequest implements Acknowledgement {
    private final OpenRecord record;
    private final InferenceRequest request;
    private final Optional<Integer> part;
    private final AtomicBoolean settled = new AtomicBoolean();
    private @Nullable Outcome lost;
    private Consumer<Outcome> onLoss = how -> {};

    /** @param part which of the record's requests it is; empty where it is the only one */
    OpenRequest(OpenRecord record, InferenceRequest request, Optional<Integer> part) {
        this.record = record;
        this.request = request;
        this.part = part;
    }

    InferenceRequest request() {
        return request;
    }

    Optional<Integer> part() {
        return part;
    }

    @Override
    public void whenLost(Consumer<Outcome> action) {
        @Nullable Outcome how;
        synchronized (this) {
            onLoss = action;
            how = lost;
        }
        if (how != null) {
            action.accept(how);
        }
    }

    void lose(Outcome how) {
        Consumer<Outcome> action;
        synchronized (this) {
            lost = how;
            action = onLoss;
        }
        action.accept(how);
    }

    @Override
    public void accept() {
        settle(AcknowledgeType.ACCEPT);
    }

    @Override
    public void release() {
        settle(AcknowledgeType.RELEASE);
    }

    @Override
    public void bury(ErrorCode cause, String message) {
        record.bury(this, cause, message);
    }

    /** Only the first word counts, because the record waits for each of its requests once. */
    void settle(AcknowledgeType how) {
        if (settled.compareAndSet(false, true)) {
            record.settleOne(how);
        }
    }
}
