package io.millrace.edge.queries;

import io.millrace.runtime.ServiceHttp;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the instances of one service. Any of them answers for all, so the next is asked when one does not answer; the one that
 * answered last is asked first.
 */
public final class InternalApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InternalApi.class);
    private static final int CONNECTIONS = 64;
    private static final int MAX_WAITING = 2000;
    /** More than an instance itself waits before it says that it is not ready. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

    private final HttpClient client;
    private final String service;
    private final List<String> addresses;
    private final AtomicInteger preferred = new AtomicInteger();

    /**
     * A client for these instances.
     *
     * @param service what to call them in messages
     * @param addresses their base addresses, such as {@code http://127.0.0.1:8091}
     */
    public InternalApi(Vertx vertx, String service, List<String> addresses) {
        this.client = ServiceHttp.client(
                vertx,
                new HttpClientOptions().setConnectTimeout(1000).setKeepAliveTimeout(60),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING));
        this.service = service;
        this.addresses = List.copyOf(addresses);
    }

    /**
     * The body of the answer, or nothing when the service does not know the thing. Fails with {@link ErrorCode#UNAVAILABLE}
     * when no instance can answer now.
     *
     * @param uri path and query
     */
    public Future<Optional<Buffer>> get(String tenant, String uri) {
        return get(tenant, uri, ANSWER_TIMEOUT);
    }

    /** The same with another patience with each instance. */
    Future<Optional<Buffer>> get(String tenant, String uri, Duration patience) {
        return get(tenant, uri, patience, preferred.get(), addresses.size());
    }

    private Future<Optional<Buffer>> get(String tenant, String uri, Duration patience, int index, int instancesLeft) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(addresses.get(index) + uri)
                .setIdleTimeout(patience.toMillis())
                .putHeader(Tenant.HTTP_HEADER, tenant);
        return client.request(request)
                .compose(ready -> ready.send())
                .compose(response -> response.body().map(body -> answer(response.statusCode(), body)))
                .onSuccess(answered -> preferred.set(index))
                .recover(failed -> {
                    LOG.atWarn()
                            .addKeyValue("service", service)
                            .addKeyValue("address", addresses.get(index))
                            .addKeyValue("cause", failed.getMessage())
                            .log("no answer");
                    return instancesLeft > 1
                            ? get(tenant, uri, patience, (index + 1) % addresses.size(), instancesLeft - 1)
                            : Future.failedFuture(unavailable(failed));
                });
    }

    /**
     * An answer whose body is read by the caller, which may be large; any status but those that say that another instance should
     * be asked.
     *
     * @param headers to send
     */
    public Future<HttpClientResponse> open(String tenant, String uri, Map<String, String> headers) {
        return open(tenant, uri, headers, preferred.get(), addresses.size());
    }

    private Future<HttpClientResponse> open(
            String tenant, String uri, Map<String, String> headers, int index, int instancesLeft) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(addresses.get(index) + uri)
                .putHeader(Tenant.HTTP_HEADER, tenant);
        headers.forEach(request::putHeader);
        return client.request(request)
                .compose(ready -> ready.send())
                .compose(response -> response.statusCode() < 500
                        ? Future.succeededFuture(response)
                        : response.end().compose(ended -> Future.failedFuture(unavailable(null))))
                .recover(failed -> instancesLeft > 1
                        ? open(tenant, uri, headers, (index + 1) % addresses.size(), instancesLeft - 1)
                        : Future.failedFuture(unavailable(failed)));
    }

    private Optional<Buffer> answer(int status, Buffer body) {
        return switch (status) {
            case 200 -> Optional.of(body);
            case 404 -> Optional.empty();
            default -> throw unavailable(null);
        };
    }

    private MillraceException unavailable(@Nullable Throwable cause) {
        return new MillraceException(ErrorCode.UNAVAILABLE, "the " + service + " does not answer now", cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
