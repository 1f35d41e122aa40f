package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** With a name server that tells names to be valid for ten minutes, as those of container engines do. */
class NamesIT {
    private static final int TEN_MINUTES = 600;
    private static final int HEADER = 12;
    private static final short TYPE_A = 1;

    private final AtomicReference<byte[]> address = new AtomicReference<>(new byte[] {127, 0, 0, 1});

    @Test
    void shouldFindAProcessThatCameBackUnderAnotherAddress() throws Exception {
        // given
        Vertx others = Vertx.vertx();
        DatagramSocket names = others.createDatagramSocket();
        names.handler(query -> {
            var unused = names.send(
                    answer(query.data()), query.sender().port(), query.sender().host());
        });
        get(names.listen(0, "127.0.0.1"));
        HttpServer before = get(server(others, "before").listen(0, "127.0.0.1"));
        int port = before.actualPort();
        get(server(others, "after").listen(port, "127.0.0.2"));
        try (ServiceContext context = ServiceContext.create(
                Names.resolver().addServer("127.0.0.1:" + names.localAddress().port()))) {
            HttpClient client = ServiceHttp.client(context.vertx(), new HttpClientOptions(), new PoolOptions());
            assertThat(ask(client, port)).isEqualTo("before");

            // when
            address.set(new byte[] {127, 0, 0, 2});
            get(before.close());

            // then
            Eventually.check(() -> ask(client, port).equals("after"), "the name leads to the other address");
        } finally {
            get(others.close());
        }
    }

    private static HttpServer server(Vertx vertx, String name) {
        return vertx.createHttpServer()
                .requestHandler(request -> request.response().end(name));
    }

    private static String ask(HttpClient client, int port) {
        try {
            return get(client.request(HttpMethod.GET, port, "publisher.test.", "/")
                            .compose(HttpClientRequest::send)
                            .compose(response -> response.body()))
                    .toString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** The question with one answer for IPv4 and none for anything else, RFC 1035 section 4.1. */
    private Buffer answer(Buffer query) {
        int end = HEADER;
        while (query.getByte(end) != 0) {
            end += query.getByte(end) + 1;
        }
        boolean hasAnswer = query.getShort(end + 1) == TYPE_A;
        end += 5;
        Buffer answer = Buffer.buffer()
                .appendShort(query.getShort(0))
                .appendShort((short) 0x8180)
                .appendShort((short) 1)
                .appendShort((short) (hasAnswer ? 1 : 0))
                .appendInt(0)
                .appendBuffer(query.slice(HEADER, end));
        if (hasAnswer) {
            answer.appendShort((short) 0xC00C)
                    .appendShort(TYPE_A)
                    .appendShort((short) 1)
                    .appendInt(TEN_MINUTES)
                    .appendShort((short) 4)
                    .appendBytes(address.get());
        }
        return answer;
    }
}
