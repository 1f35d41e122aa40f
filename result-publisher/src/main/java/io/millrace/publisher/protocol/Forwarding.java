package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Owners;
import io.millrace.runtime.ServiceHttp;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests about a stream to the instance that has it, and its answer back as it comes. Only once: an instance that was
 * asked by another one answers itself, or says that it cannot.
 */
public final class Forwarding implements AutoCloseable {
    /** Stands in a request that comes from another instance. */
    static final String FORWARDED = "Millrace-Forwarded";

    private static final int CONNECTIONS = 2_000;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    private static final List<String> REQUEST_HEADERS = List.of(Tenant.HTTP_HEADER, "Range", "Last-Event-ID");
    private static final List<String> RESPONSE_HEADERS =
            List.of("Content-Type", "Content-Range", "Accept-Ranges", "Retry-After", "Cache-Control");

    private final Owners owners;
    private final HttpClient client;

    /** Forwards as these say. */
    public Forwarding(Vertx vertx, Owners owners) {
        this.owners = owners;
        this.client = ServiceHttp.client(
                vertx,
                new HttpClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** Whether the request is answered by another instance; then nothing is left to do with it here. */
    boolean takes(RoutingContext request, StreamKey stream) {
        if (isForwarded(request)) {
            return false;
        }
        Optional<String> owner = owners.elsewhere(stream);
        owner.ifPresent(address -> handOn(request, address));
        return owner.isPresent();
    }

    static boolean isForwarded(RoutingContext request) {
        return request.request().getHeader(FORWARDED) != null;
    }

    /** Asks another instance and reads its whole answer; fails unless it is 200. */
    Future<Buffer> ask(String address, String uri, String tenant) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(address + uri)
                .putHeader(FORWARDED, "1")
                .putHeader(Tenant.HTTP_HEADER, tenant);
        return client.request(options)
                .compose(HttpClientRequest::send)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : response.end().compose(end -> Future.<Buffer>failedFuture(away(null))))
                .recover(failure -> Future.failedFuture(away(failure)));
    }

    private void handOn(RoutingContext request, String address) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(address + request.request().uri())
                .putHeader(FORWARDED, "1");
        for (String header : REQUEST_HEADERS) {
            @Nullable String value = request.request().getHeader(header);
            if (value != null) {
                options.putHeader(header, value);
            }
        }
        client.request(options)
                .compose(asked -> {
                    request.response().closeHandler(gone -> asked.reset());
                    return asked.send();
                })
                .onFailure(failure -> request.fail(away(failure)))
                .onSuccess(answer -> handBack(request, answer));
    }

    private static void handBack(RoutingContext request, HttpClientResponse answer) {
        HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
        for (String header : RESPONSE_HEADERS) {
            @Nullable String value = answer.getHeader(header);
            if (value != null) {
                response.putHeader(header, value);
            }
        }
        // A part of an answer must not look like a whole one, so a break is handed on as a break.
        answer.pipeTo(response.setChunked(true)).onFailure(broken -> response.reset());
    }

    private static MillraceException away(@Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.UNAVAILABLE, "the instance that has this does not answer now; try again", cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
