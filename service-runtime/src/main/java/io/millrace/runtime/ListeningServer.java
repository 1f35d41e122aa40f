package io.millrace.runtime;

import io.millrace.runtime.config.HttpSettings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An HTTP server on some event loops that share one port and one handler. */
final class ListeningServer implements AutoCloseable {
    /** Requests in flight may end within this time. */
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** Instances that name the same random port get the same one, so every server names its own. */
    private static final AtomicInteger NEXT_RANDOM_PORT = new AtomicInteger(1);

    private final Vertx vertx;
    private final String deployment;
    private final int port;

    private ListeningServer(Vertx vertx, String deployment, int port) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.port = port;
    }

    /** Waits until it listens; not to be called on an event loop. */
    static ListeningServer start(
            Vertx vertx,
            HttpSettings settings,
            HttpServerOptions options,
            int instances,
            Handler<HttpServerRequest> handler) {
        AtomicInteger port = new AtomicInteger();
        SocketAddress address = settings.port() == 0
                ? SocketAddress.sharedRandomPort(NEXT_RANDOM_PORT.getAndIncrement(), settings.host())
                : SocketAddress.inetSocketAddress(settings.port(), settings.host());
        try {
            String deployment = vertx.deployVerticle(
                            () -> new ServerVerticle(options, address, handler, port),
                            new DeploymentOptions().setInstances(instances))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return new ListeningServer(vertx, deployment, port.get());
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }

    private static final class ServerVerticle extends VerticleBase {
        private final HttpServerOptions options;
        private final SocketAddress address;
        private final Handler<HttpServerRequest> handler;
        private final AtomicInteger port;
        private @Nullable HttpServer server;

        ServerVerticle(
                HttpServerOptions options,
                SocketAddress address,
                Handler<HttpServerRequest> handler,
                AtomicInteger port) {
            this.options = options;
            this.address = address;
            this.handler = handler;
            this.port = port;
        }

        @Override
        public Future<?> start() {
            HttpServer created = vertx.createHttpServer(options).requestHandler(handler);
            server = created;
            return created.listen(address).onSuccess(listening -> port.set(listening.actualPort()));
        }

        @Override
        public Future<?> stop() {
            return server == null ? Future.succeededFuture() : server.shutdown(GRACE);
        }
    }
}
