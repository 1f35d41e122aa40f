package io.millrace.publisher.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Cork;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class SocketOutletTest {
    @Test
    void shouldTakeFramesOfOtherInstancesWithoutAFailureAfterItsSubscriberLeft() {
        SocketOutlet outlet = outlet(true);

        assertThat(outlet.isClosed()).isTrue();
        assertThat(outlet.isFull()).isFalse();
    }

    @Test
    void shouldBeFullAsTheOpenSocketIs() {
        assertThat(outlet(false).isFull()).isTrue();
    }

    private static SocketOutlet outlet(boolean closed) {
        HttpConnection noServers = (HttpConnection) Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return new SocketOutlet(socket(closed), Cork.of(noServers));
    }

    /** A socket whose queue is full, and which answers like Vert.x's own once it is closed. */
    private static ServerWebSocket socket(boolean closed) {
        return (ServerWebSocket) Proxy.newProxyInstance(
                ServerWebSocket.class.getClassLoader(),
                new Class<?>[] {ServerWebSocket.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isClosed" -> closed;
                    case "writeQueueFull" -> {
                        if (closed) {
                            throw new IllegalStateException("WebSocket is closed");
                        }
                        yield true;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
