package io.millrace.runtime;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.AddressResolver;
import io.vertx.core.net.SocketAddress;
import java.util.List;

/** HTTP to other services of the same deployment. */
public final class ServiceHttp {
    private ServiceHttp() {}

    /**
     * A client for any number of them, which looks up a name for each connection that it opens. Vert.x's usual one goes on with the
     * first address of a name, also where nobody listens any more.
     */
    public static HttpClient client(Vertx vertx, HttpClientOptions options, PoolOptions pool) {
        return vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withAddressResolver(AddressResolver.<SocketAddress>mappingResolver(List::of))
                .build();
    }
}
