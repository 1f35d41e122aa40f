package io.millrace.publisher.webhooks;

import io.millrace.publisher.WebhookSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls a webhook. Redirects are not followed, and what is answered is not read. Blocks; thread-safe. */
final class WebhookClient implements AutoCloseable {
    private final HttpClient client;
    private final WebhookSecret secret;
    private final boolean privateAddresses;
    private final Duration timeout;

    WebhookClient(Vertx vertx, WebhookSettings settings) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) Math.min(settings.timeout().toMillis(), Integer.MAX_VALUE))
                        .setKeepAlive(false),
                new PoolOptions().setHttp1MaxSize(settings.atOnce()));
        this.secret = new WebhookSecret(settings.secret());
        this.privateAddresses = settings.privateAddresses();
        this.timeout = settings.timeout();
    }

    /**
     * Sends a message and returns the status of the answer.
     *
     * @throws IOException if nobody may be called there, or nobody answers in time
     */
    int send(URI url, WebhookMessage message, long timeSeconds) throws IOException, InterruptedException {
        boolean tls = url.getScheme().equals("https");
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setServer(SocketAddress.inetSocketAddress(port, address(url.getHost())))
                .setURI((url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                        + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery()))
                .setIdleTimeout(timeout.toMillis())
                .putHeader("content-type", "application/json")
                .putHeader("user-agent", "Millrace")
                .putHeader("webhook-id", message.id())
                .putHeader("webhook-timestamp", Long.toString(timeSeconds))
                .putHeader("webhook-signature", secret.sign(message.id(), timeSeconds, message.body()));
        try {
            return client.request(request)
                    .compose(open -> open.send(message.body()))
                    .map(answer -> {
                        answer.request().connection().close();
                        return answer.statusCode();
                    })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no answer", e);
        }
    }

    /** The address is looked at and then used, so that a name cannot lead elsewhere in between. */
    private String address(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        if (!privateAddresses && !PublicAddresses.contain(address)) {
            throw new IOException("the address of " + host + " is not public");
        }
        return address.getHostAddress();
    }

    @Override
    public void close() {
        client.close();
    }
}
