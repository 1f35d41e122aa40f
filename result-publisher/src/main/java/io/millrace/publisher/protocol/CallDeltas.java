package io.millrace.publisher.protocol;

import io.millrace.publisher.core.LiveTexts;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.hub.Owners;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.Delta;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends one edge the pieces of the results for which it waits, as fast as its socket takes them. All instances read all
 * deltas; only the one that has the stream sends them. Used on the socket's event loop only.
 */
final class CallDeltas {
    private final Hub hub;
    private final Owners owners;
    private final ServerWebSocket socket;
    private final Context context;
    private final Map<String, Watch> watches = new HashMap<>();

    CallDeltas(Hub hub, Owners owners, ServerWebSocket socket, Context context) {
        this.hub = hub;
        this.owners = owners;
        this.socket = socket;
        this.context = context;
    }

    void watch(String requestId, StreamKey stream) {
        watches.computeIfAbsent(requestId, id -> new Watch(id, stream));
    }

    void forget(String requestId) {
        @Nullable Watch watch = watches.remove(requestId);
        if (watch != null) {
            watch.feed.close();
        }
    }

    void close() {
        watches.values().forEach(watch -> watch.feed.close());
        watches.clear();
    }

    private final class Watch {
        private final String requestId;
        private final StreamKey stream;
        private final LiveTexts.Memory told = new LiveTexts.Memory();
        private final AtomicBoolean woken = new AtomicBoolean();
        private final Hub.Feed feed;

        Watch(String requestId, StreamKey stream) {
            this.requestId = requestId;
            this.stream = stream;
            this.feed = hub.follow(stream, this::woken);
        }

        /** On any thread. */
        private void woken() {
            if (woken.compareAndSet(false, true)) {
                context.runOnContext(nothing -> {
                    woken.set(false);
                    send();
                });
            }
        }

        private void send() {
            if (!watches.containsKey(requestId)
                    || socket.isClosed()
                    || owners.elsewhere(stream).isPresent()) {
                return;
            }
            if (socket.writeQueueFull()) {
                socket.drainHandler(nothing -> watches.values().forEach(Watch::send));
                return;
            }
            for (Delta delta : feed.deltas(told)) {
                if (delta.getRequestId().equals(requestId)) {
                    socket.writeBinaryMessage(Buffer.buffer(CallSettled.newBuilder()
                            .setRequestId(requestId)
                            .setDelta(delta)
                            .build()
                            .toByteArray()));
                }
            }
        }
    }
}
