package io.millrace.publisher.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a log record by record and keeps what comes of it, as the stores do. */
final class StreamUnderTest {
    private final StreamKey key;
    private final Map<Long, RequestState> items = new HashMap<>();
    final List<LoggedEvent> events = new ArrayList<>();
    final Set<Timer> timers = new HashSet<>();
    private @Nullable StreamState state;
    private long offset;

    StreamUnderTest(String id) {
        key = StreamKey.of(Tenant.DEFAULT, id).orElseThrow();
    }

    Decision read(StreamEvent event) {
        RecordPosition at = new RecordPosition("topic", 3, offset, 1_000 + offset);
        offset++;
        Decision decision = ResultStream.decide(
                event, key, Optional.ofNullable(state), item -> Optional.ofNullable(items.get(item)), at);
        keep(decision);
        return decision;
    }

    private void keep(Decision decision) {
        if (decision instanceof Decision.Parts parts) {
            parts.parts().forEach(this::keep);
        }
        if (decision instanceof Decision.Applied applied) {
            if (applied.firstOffset() != events.size()) {
                throw new AssertionError("offset " + applied.firstOffset() + " after " + events.size() + " events");
            }
            events.addAll(applied.events());
            state = applied.state();
            applied.items().forEach(change -> items.put(change.item(), change.state()));
            timers.addAll(applied.set());
            timers.removeAll(applied.cleared());
        }
    }

    /** The same stream in an instance that takes over here: it has nothing but what was stored. */
    StreamUnderTest takenOver() {
        StreamUnderTest other = new StreamUnderTest(key.id());
        try {
            other.state = state == null ? null : StreamState.parseFrom(state.toByteString());
            for (Map.Entry<Long, RequestState> item : items.entrySet()) {
                other.items.put(
                        item.getKey(), RequestState.parseFrom(item.getValue().toByteString()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        other.events.addAll(events);
        other.timers.addAll(timers);
        other.offset = offset;
        return other;
    }

    StreamUnderTest readAll(StreamEvent... log) {
        for (StreamEvent event : log) {
            read(event);
        }
        return this;
    }

    StreamState state() {
        if (state == null) {
            throw new AssertionError("the stream has no state");
        }
        return state;
    }

    List<LoggedEvent> results() {
        return events.stream().filter(LoggedEvent::hasResult).toList();
    }

    LoggedEvent last() {
        return events.getLast();
    }
}
