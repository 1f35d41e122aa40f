package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.config.HttpSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PublicServerIT {
    private static final HttpSettings ANY_PORT = new HttpSettings("127.0.0.1", 0);

    private final ServiceContext context = ServiceContext.create();
    private final Router router = Router.router(context.vertx());

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void shouldServeOnePortFromSeveralEventLoops() {
        // given
        Set<String> threads = ConcurrentHashMap.newKeySet();
        router.get("/hello").handler(request -> {
            threads.add(Thread.currentThread().getName());
            request.response().end("hello");
        });

        // when
        try (PublicServer server = PublicServer.start(context, ANY_PORT, router)) {
            for (int i = 0; i < 8; i++) {
                HttpClient client = context.vertx().createHttpClient();
                assertThat(get(client, server.port(), "/hello")).isEqualTo("hello");
                await(client.close());
            }
        }

        // then
        assertThat(threads).hasSizeGreaterThan(1);
    }

    @Test
    void shouldGiveEveryServerAFreePortOfItsOwn() {
        try (PublicServer one = PublicServer.start(context, ANY_PORT, router);
                PublicServer other = PublicServer.start(context, ANY_PORT, router)) {
            assertThat(one.port()).isNotEqualTo(other.port());
        }
    }

    @Test
    void shouldCompressWebSockets() {
        // given
        String text = "again and ".repeat(1000);
        router.get("/socket")
                .handler(request -> request.request().toWebSocket().onSuccess(socket -> socket.writeTextMessage(text)));
        Promise<String> received = Promise.promise();

        // when
        try (PublicServer server = PublicServer.start(context, ANY_PORT, router)) {
            WebSocketClientOptions deflating = new WebSocketClientOptions().setTryUsePerMessageCompression(true);
            context.vertx()
                    .createWebSocketClient(deflating)
                    .connect(server.port(), "127.0.0.1", "/socket")
                    .onSuccess(socket -> socket.textMessageHandler(message ->
                            received.complete(socket.headers().get("sec-websocket-extensions") + " " + message)));

            // then
            assertThat(await(received.future()))
                    .startsWith("permessage-deflate")
                    .endsWith(text);
        }
    }

    @Test
    void shouldLetARequestInFlightEndWhenItCloses() {
        // given
        Promise<Void> arrived = Promise.promise();
        Promise<Void> released = Promise.promise();
        router.get("/slow").handler(request -> {
            arrived.complete();
            Context own = context.vertx().getOrCreateContext();
            released.future()
                    .onComplete(
                            done -> own.runOnContext(then -> request.response().end("done")));
        });
        PublicServer server = PublicServer.start(context, ANY_PORT, router);
        HttpClient client = context.vertx().createHttpClient();
        Future<String> answer = getLater(client, server.port(), "/slow");
        await(arrived.future());

        // when
        context.vertx().setTimer(200, fired -> released.complete());
        server.close();

        // then
        assertThat(await(answer)).isEqualTo("done");
    }

    @Test
    void shouldSayThatThePortIsTaken() {
        try (PublicServer server = PublicServer.start(context, ANY_PORT, router)) {
            assertThatThrownBy(() -> PublicServer.start(context, new HttpSettings("127.0.0.1", server.port()), router)
                            .close())
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
        }
    }

    private static String get(HttpClient client, int port, String path) {
        return await(getLater(client, port, path));
    }

    private static Future<String> getLater(HttpClient client, int port, String path) {
        return client.request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .map(Object::toString);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
