package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorkTest {
    private static final int MESSAGES = 100;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldSendWhatIsWrittenTogetherWithOneFlush() throws Exception {
        // given
        CompletableFuture<Integer> flushed = new CompletableFuture<>();
        int port = serve(request -> {
            FlushCounter counter = new FlushCounter();
            Cork cork = Cork.of(request.connection());
            ((HttpServerConnection) request.connection())
                    .channelHandlerContext()
                    .pipeline()
                    .addFirst(counter);
            return socket -> {
                counter.flushes = 0;
                cork.during(() -> cork.during(() -> writeAll(socket)));
                flushed.complete(counter.flushes);
            };
        });

        // when
        List<String> received = receive(port);

        // then
        assertThat(received)
                .containsExactlyElementsOf(
                        IntStream.range(0, MESSAGES).mapToObj(n -> "m" + n).toList());
        assertThat(flushed.get(10, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void shouldHoldNothingBackAfterwardsEvenIfItFailed() throws Exception {
        // given
        int port = serve(request -> {
            Cork cork = Cork.of(request.connection());
            return socket -> {
                try {
                    cork.during(() -> {
                        throw new IllegalStateException("on purpose");
                    });
                } catch (IllegalStateException expected) {
                    writeAll(socket);
                }
            };
        });

        // then
        assertThat(receive(port)).hasSize(MESSAGES);
    }

    private static void writeAll(ServerWebSocket socket) {
        for (int n = 0; n < MESSAGES; n++) {
            socket.writeTextMessage("m" + n);
        }
    }

    /** What a connection's socket does once it is asked. */
    private interface Serving {
        Asked with(HttpServerRequest request);
    }

    private interface Asked {
        void on(ServerWebSocket socket);
    }

    private int serve(Serving serving) {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.toWebSocket().onSuccess(socket -> {
                    Asked asked = serving.with(request);
                    socket.textMessageHandler(text -> vertx.runOnContext(later -> asked.on(socket)));
                }));
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private List<String> receive(int port) throws InterruptedException {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocketClient client = vertx.createWebSocketClient();
        client.connect(port, "127.0.0.1", "/")
                .onSuccess(socket -> {
                    socket.textMessageHandler(received::add);
                    socket.writeTextMessage("go");
                })
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return IntStream.range(0, MESSAGES).mapToObj(n -> next(received)).toList();
    }

    private static String next(BlockingQueue<String> received) {
        try {
            return String.valueOf(received.poll(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        private int flushes;

        @Override
        public void flush(ChannelHandlerContext context) {
            flushes++;
            context.flush();
        }
    }
}
