package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.schemas.v1.Delta;
import io.vertx.core.http.HttpServerResponse;

/** One follower's server-sent events. Used on its event loop only. */
final class EventStreamOutlet implements Outlet {
    private final HttpServerResponse response;
    private final String epoch;

    EventStreamOutlet(HttpServerResponse response, String epoch) {
        this.response = response;
        this.epoch = epoch;
    }

    @Override
    public void event(Subscription subscription, NumberedEvent event) {
        response.write("id: " + epoch + ':' + event.offset() + "\nevent: " + event.type() + "\ndata: " + event.json()
                + "\n\n");
    }

    @Override
    public void delta(Subscription subscription, Delta delta) {
        unnumbered("delta", ServerFrames.delta(delta).toString());
    }

    /** An event without a position. */
    void unnumbered(String type, String json) {
        response.write("event: " + type + "\ndata: " + json + "\n\n");
    }

    /** Nothing that a follower notices, so that what stands between does not take silence for death. */
    void comment() {
        response.write(":\n\n");
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onRoom(Runnable action) {
        response.drainHandler(nothing -> action.run());
    }

    @Override
    public boolean isClosed() {
        return response.closed();
    }
}
