package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.errors.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those of a session's subscriptions whose streams other instances have. Used on the session's event loop only. */
final class RelayedSubscriptions {
    private final Relays relays;
    private final SocketOutlet outlet;
    private final Refusals refusals;
    private final Runnable moved;
    private final Map<String, Relay> byAddress = new HashMap<>();

    /** Tells the subscriber why a subscription does not begin. */
    @FunctionalInterface
    interface Refusals {
        void refuse(String id, ErrorCode code, String message);
    }

    RelayedSubscriptions(Relays relays, SocketOutlet outlet, Refusals refusals, Runnable moved) {
        this.relays = relays;
        this.outlet = outlet;
        this.refusals = refusals;
        this.moved = moved;
    }

    /** Whether the stream is another instance's; then the frame is on its way there. */
    boolean takes(String id, StreamKey stream, String frame) {
        Optional<String> owner = relays.elsewhere(stream);
        owner.ifPresent(
                address -> byAddress.computeIfAbsent(address, this::open).subscribe(id, frame));
        return owner.isPresent();
    }

    /** Whether the subscription is one of these; then the frame is on its way to where it is. */
    boolean handsOn(String id, String frame) {
        @Nullable Relay relay = find(id);
        if (relay == null) {
            return false;
        }
        relay.send(frame);
        return true;
    }

    boolean has(String id) {
        return find(id) != null;
    }

    void forget(String id) {
        byAddress.values().forEach(relay -> relay.forget(id));
    }

    int size() {
        return byAddress.values().stream().mapToInt(Relay::size).sum();
    }

    void close() {
        byAddress.values().forEach(Relay::close);
    }

    private Relay open(String address) {
        return relays.open(address, outlet, new Relay.Listener() {
            @Override
            public void unreachable(Set<String> subscriptions) {
                byAddress.remove(address);
                subscriptions.forEach(id -> refusals.refuse(
                        id, ErrorCode.UNAVAILABLE, "the instance that has this stream does not answer now; try again"));
            }

            @Override
            public void broken() {
                moved.run();
            }
        });
    }

    private @Nullable Relay find(String id) {
        return byAddress.values().stream()
                .filter(relay -> relay.has(id))
                .findFirst()
                .orElse(null);
    }
}
