package io.millrace.publisher.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one session to streams of one other instance: its frames go there, and what comes back goes to the
 * subscriber as it is, as fast as that one takes it. Used on the session's event loop only.
 */
final class Relay {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EVENT = "{\"event\":{";
    private static final String AFTER_ID = "\",\"offset\":";
    private static final String LAST = ",\"type\":\"end\"";

    private final SocketOutlet outlet;
    private final Listener listener;
    private final Set<String> subscriptions = new HashSet<>();
    private final List<String> early = new ArrayList<>();
    private @Nullable WebSocket socket;
    private boolean closed;

    /** What the session wants to know. */
    interface Listener {
        /** The other instance could not be reached; these subscriptions never began. */
        void unreachable(Set<String> subscriptions);

        /** The other instance has gone, and what had begun does not go on. */
        void broken();
    }

    private Relay(SocketOutlet outlet, Listener listener) {
        this.outlet = outlet;
        this.listener = listener;
    }

    /** Connects to the instance at this base address. */
    static Relay open(WebSocketClient client, String address, SocketOutlet outlet, Listener listener) {
        Relay relay = new Relay(outlet, listener);
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setAbsoluteURI(address.replaceFirst("^http", "ws") + "/v1/results")
                .putHeader(Forwarding.FORWARDED, "1");
        client.connect(options).onSuccess(relay::connected).onFailure(failure -> relay.failed());
        return relay;
    }

    /** Hands on the frame that begins a subscription. */
    void subscribe(String id, String frame) {
        subscriptions.add(id);
        send(frame);
    }

    /** Hands on a frame about a subscription that is here. */
    void send(String frame) {
        if (socket == null) {
            early.add(frame);
        } else {
            socket.writeTextMessage(frame);
        }
    }

    boolean has(String id) {
        return subscriptions.contains(id);
    }

    void forget(String id) {
        subscriptions.remove(id);
    }

    int size() {
        return subscriptions.size();
    }

    /** The session is over. */
    void close() {
        closed = true;
        if (socket != null) {
            socket.close();
        }
    }

    private void connected(WebSocket opened) {
        if (closed) {
            opened.close();
            return;
        }
        socket = opened;
        opened.textMessageHandler(frame -> received(opened, frame));
        opened.exceptionHandler(failure -> opened.close());
        opened.closeHandler(nothing -> gone());
        early.forEach(opened::writeTextMessage);
        early.clear();
    }

    private void failed() {
        if (!closed) {
            closed = true;
            listener.unreachable(Set.copyOf(subscriptions));
        }
    }

    private void gone() {
        if (!closed) {
            closed = true;
            listener.broken();
        }
    }

    private void received(WebSocket from, String frame) {
        outlet.frame(frame);
        if (!frame.startsWith(EVENT)) {
            noteRefusal(frame);
        } else if (isLast(frame)) {
            subscriptions.remove(subscriptionOf(frame));
        }
        if (outlet.isFull()) {
            from.pause();
            outlet.onRoom(from::resume);
        }
    }

    /** A quote inside of the id is escaped, so what follows the id is found without reading the whole event. */
    private static boolean isLast(String frame) {
        int at = frame.indexOf(AFTER_ID) + AFTER_ID.length();
        while (at < frame.length() && Character.isDigit(frame.charAt(at))) {
            at++;
        }
        return frame.startsWith(LAST, at);
    }

    private static String subscriptionOf(String frame) {
        return read(frame).path("event").path("id").asText();
    }

    private void noteRefusal(String frame) {
        JsonNode error = read(frame).path("error");
        if (error.has("id")) {
            subscriptions.remove(error.path("id").asText());
        }
    }

    private static JsonNode read(String frame) {
        try {
            return JSON.readTree(frame);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
