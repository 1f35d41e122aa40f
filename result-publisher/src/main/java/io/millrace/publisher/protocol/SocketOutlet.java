package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.runtime.Cork;
import io.millrace.schemas.v1.Delta;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;

/** A subscriber's WebSocket, shared by all that writes to it. Used on its event loop only. */
final class SocketOutlet implements Outlet {
    private final ServerWebSocket socket;
    private final Cork cork;
    private final List<Runnable> waiting = new ArrayList<>();

    SocketOutlet(ServerWebSocket socket, Cork cork) {
        this.socket = socket;
        this.cork = cork;
    }

    void frame(String text) {
        socket.writeTextMessage(text);
    }

    @Override
    public void event(Subscription subscription, NumberedEvent event) {
        frame(ServerFrames.event(subscription.framePrefix(), event));
    }

    @Override
    public void delta(Subscription subscription, Delta delta) {
        frame(ServerFrames.delta(subscription.id(), delta));
    }

    @Override
    public void together(Runnable sends) {
        cork.during(sends);
    }

    @Override
    public boolean isFull() {
        // A closed socket does not say; what another instance still sends for it need not wait.
        return !socket.isClosed() && socket.writeQueueFull();
    }

    @Override
    public void onRoom(Runnable action) {
        if (waiting.isEmpty()) {
            socket.drainHandler(nothing -> drained());
        }
        waiting.add(action);
    }

    private void drained() {
        List<Runnable> actions = List.copyOf(waiting);
        waiting.clear();
        actions.forEach(Runnable::run);
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }
}
