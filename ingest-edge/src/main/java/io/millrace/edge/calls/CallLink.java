package io.millrace.edge.calls;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket to one publisher on which calls are waited for: open from the start and opened again when it breaks, then with
 * everything that is still waited for. Safe for use by several threads.
 */
final class CallLink {
    private static final Logger LOG = LoggerFactory.getLogger(CallLink.class);
    private static final String PATH = "/internal/v1/calls";
    private static final long FIRST_RETRY_MS = 50;
    private static final long LONGEST_RETRY_MS = 2000;

    private final Vertx vertx;
    private final WebSocketClient client;
    private final String address;
    private final Supplier<Stream<CallFrame>> openFrames;
    private final Consumer<CallSettled> onSettled;
    private volatile @Nullable WebSocket socket;
    private volatile boolean closed;

    /**
     * A link that is not yet open.
     *
     * @param address the publisher's base address
     * @param openFrames what to say first on every new socket
     * @param onSettled gets the results, on the socket's event loop
     */
    CallLink(
            Vertx vertx,
            WebSocketClient client,
            String address,
            Supplier<Stream<CallFrame>> openFrames,
            Consumer<CallSettled> onSettled) {
        this.vertx = vertx;
        this.client = client;
        this.address = address;
        this.openFrames = openFrames;
        this.onSettled = onSettled;
    }

    void open() {
        connect(FIRST_RETRY_MS);
    }

    boolean isOpen() {
        return socket != null;
    }

    /** Sends a frame if the socket is open; if not, it is among the first frames of the next one. */
    void send(CallFrame frame) {
        WebSocket open = socket;
        if (open != null) {
            open.writeBinaryMessage(Buffer.buffer(frame.toByteArray()));
        }
    }

    void close() {
        closed = true;
        WebSocket open = socket;
        if (open != null) {
            open.close();
        }
    }

    private void connect(long retryMs) {
        if (closed) {
            return;
        }
        client.connect(new WebSocketConnectOptions().setAbsoluteURI(webSocketUri()))
                .onSuccess(this::opened)
                .onFailure(failed ->
                        vertx.setTimer(retryMs, fired -> connect(Math.min(retryMs * 2, LONGEST_RETRY_MS))));
    }

    private void opened(WebSocket opened) {
        opened.binaryMessageHandler(this::receive);
        opened.exceptionHandler(failed -> LOG.atDebug().setCause(failed).log("publisher's socket failed"));
        opened.closeHandler(gone -> {
            socket = null;
            LOG.atInfo().addKeyValue("publisher", address).log("publisher's socket closed");
            connect(FIRST_RETRY_MS);
        });
        // First the socket is known, then the list is read: a call that comes in between is sent twice instead of
        // never.
        socket = opened;
        openFrames.get().forEach(this::send);
        if (closed) {
            opened.close();
        }
        LOG.atInfo().addKeyValue("publisher", address).log("publisher's socket open");
    }

    private void receive(Buffer frame) {
        try {
            onSettled.accept(CallSettled.parseFrom(frame.getBytes()));
        } catch (InvalidProtocolBufferException e) {
            LOG.atWarn().addKeyValue("publisher", address).setCause(e).log("unreadable frame from the publisher");
        }
    }

    private String webSocketUri() {
        return address.replaceFirst("^http", "ws") + PATH;
    }
}
