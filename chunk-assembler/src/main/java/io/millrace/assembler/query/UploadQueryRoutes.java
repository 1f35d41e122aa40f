package io.millrace.assembler.query;

import io.millrace.assembler.query.UploadQueries.Answer;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /internal/v1/uploads/{id}}: 200 with {@code UploadState} as Protobuf, 404, or 503 with Retry-After. A question
 * for another instance's upload is passed on to it, once.
 */
public final class UploadQueryRoutes {
    /** Makes the key of an upload in the store. */
    @FunctionalInterface
    public interface Keys {
        /** The key. */
        byte[] of(String tenant, String uploadId);
    }

    private static final Logger LOG = LoggerFactory.getLogger(UploadQueryRoutes.class);
    private static final String FORWARDED = "Millrace-Forwarded";
    private static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(8);
    private static final String RETRY_SECONDS = "1";

    private final Vertx vertx;
    private final Keys keys;
    private final HttpClient client;
    private volatile @Nullable UploadQueries queries;

    /** @param client reaches the other instances */
    public UploadQueryRoutes(Vertx vertx, Keys keys, HttpClient client) {
        this.vertx = vertx;
        this.keys = keys;
        this.client = client;
    }

    /** From now on answers come from here; before that all is 503. */
    public void answerFrom(UploadQueries started) {
        queries = started;
    }

    /** From now on all is 503. */
    public void stopAnswering() {
        queries = null;
    }

    /** Adds the route. */
    public void mount(Router router) {
        router.get("/internal/v1/uploads/:id").handler(this::answer);
    }

    private void answer(RoutingContext request) {
        String uploadId = request.pathParam("id");
        @Nullable String tenant = request.request().getHeader(Tenant.HTTP_HEADER);
        if (tenant == null || tenant.isEmpty()) {
            end(request, 400, "header " + Tenant.HTTP_HEADER + " is missing");
            return;
        }
        if (!Ids.isValid(Ids.FILE, uploadId)) {
            end(request, 404, "there is no such upload");
            return;
        }
        @Nullable Seen seen;
        try {
            seen = Seen.of(request.request().params()).orElse(null);
        } catch (NumberFormatException e) {
            end(request, 400, "partition and seen must be numbers");
            return;
        }
        @Nullable UploadQueries started = queries;
        if (started == null) {
            notNow(request, "starting or stopping");
            return;
        }
        Future.fromCompletionStage(started.find(uploadId, keys.of(tenant, uploadId), seen), vertx.getOrCreateContext())
                .onSuccess(answer -> answer(request, answer))
                .onFailure(request::fail);
    }

    private void answer(RoutingContext request, Answer answer) {
        switch (answer) {
            case Answer.Found found ->
                request.response()
                        .putHeader("Content-Type", "application/x-protobuf")
                        .end(Buffer.buffer(found.state().toByteArray()));
            case Answer.Unknown unknown -> end(request, 404, "there is no such upload");
            case Answer.Wrong wrong -> end(request, 400, wrong.why());
            case Answer.NotNow notNow -> notNow(request, notNow.why());
            case Answer.Elsewhere elsewhere -> forward(request, elsewhere.owner());
        }
    }

    private void forward(RoutingContext request, HostInfo owner) {
        if (request.request().getHeader(FORWARDED) != null) {
            notNow(request, "work is being handed over");
            return;
        }
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(owner.host())
                .setPort(owner.port())
                .setURI(request.request().uri())
                .setTimeout(FORWARD_TIMEOUT.toMillis())
                .putHeader(Tenant.HTTP_HEADER, request.request().getHeader(Tenant.HTTP_HEADER))
                .putHeader(FORWARDED, "1");
        client.request(options)
                .compose(forwarded -> forwarded.send())
                .compose(response -> passOn(request, response))
                .onFailure(failure -> {
                    LOG.atInfo().addKeyValue("owner", owner).log("owner does not answer: {}", failure.toString());
                    notNow(request, "the owner does not answer");
                });
    }

    private static Future<Void> passOn(RoutingContext request, HttpClientResponse response) {
        return response.body().compose(body -> {
            request.response().setStatusCode(response.statusCode());
            copy(request, response, "Content-Type");
            copy(request, response, "Retry-After");
            return request.response().end(body);
        });
    }

    private static void copy(RoutingContext request, HttpClientResponse response, String header) {
        @Nullable String value = response.getHeader(header);
        if (value != null) {
            request.response().putHeader(header, value);
        }
    }

    private static void notNow(RoutingContext request, String why) {
        request.response().putHeader("Retry-After", RETRY_SECONDS);
        end(request, 503, why);
    }

    private static void end(RoutingContext request, int status, String message) {
        if (!request.response().ended()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(message);
        }
    }
}
