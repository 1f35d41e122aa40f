package io.millrace.assembler.query;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.assembler.query.QueryParameters.WrongQuestionException;
import io.millrace.assembler.query.UploadQueries.Answer;
import io.millrace.assembler.query.UploadQueries.Question;
import io.millrace.assembler.topology.EntityKey;
import io.millrace.runtime.streams.Seen;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions about one upload, at {@code /internal/v1/uploads/{id}} and below: 200 with a message as Protobuf, 404, or 503
 * with Retry-After. A question for another instance's upload is passed on to it, once.
 */
public final class UploadQueryRoutes {
    /** How one kind of question is put. */
    @FunctionalInterface
    private interface Asking {
        CompletableFuture<Answer> ask(UploadQueries asked, EntityKey upload, @Nullable Seen seen);
    }

    private static final Logger LOG = LoggerFactory.getLogger(UploadQueryRoutes.class);
    private static final String UPLOAD = "/internal/v1/uploads/:id";
    private static final String FORWARDED = "Millrace-Forwarded";
    /** More than the owner takes before it says that it cannot answer now. */
    private static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(8);

    private static final Duration SETTLED_FORWARD_TIMEOUT = Duration.ofSeconds(28);
    private static final int PIECES_PER_PAGE = 1000;
    private static final int GAPS_PER_ANSWER = 1000;

    private final Vertx vertx;
    private final HttpClient client;
    private volatile @Nullable UploadQueries queries;

    /** @param client reaches the other instances */
    public UploadQueryRoutes(Vertx vertx, HttpClient client) {
        this.vertx = vertx;
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

    /** The upload's state, wherever it is. */
    public Future<Answer> find(EntityKey upload) {
        @Nullable UploadQueries started = queries;
        if (started == null) {
            return Future.succeededFuture(new Answer.NotNow("starting or stopping"));
        }
        return Future.fromCompletionStage(started.find(upload, null, UploadQueries.STATE), vertx.getOrCreateContext())
                .compose(answer -> answer instanceof Answer.Elsewhere elsewhere
                        ? ask(upload, elsewhere.owner())
                        : Future.succeededFuture(answer));
    }

    private Future<Answer> ask(EntityKey upload, HostInfo owner) {
        String path = UPLOAD.replace(":id", upload.id());
        return client.request(options(owner, path, upload.tenant(), FORWARD_TIMEOUT))
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> switch (response.statusCode()) {
                    case 200 -> found(body.getBytes());
                    case 404 -> new Answer.Unknown();
                    default -> new Answer.NotNow("the owner cannot answer now");
                }))
                .otherwise(failure -> new Answer.NotNow("the owner does not answer"));
    }

    private static Answer found(byte[] state) {
        try {
            return new Answer.Found(UploadState.parseFrom(state));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("another instance's answer cannot be read", e);
        }
    }

    private static RequestOptions options(HostInfo owner, String uri, String tenant, Duration timeout) {
        return new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(owner.host())
                .setPort(owner.port())
                .setURI(uri)
                .setTimeout(timeout.toMillis())
                .putHeader(Tenant.HTTP_HEADER, tenant)
                .putHeader(FORWARDED, "1");
    }

    /** Adds the routes. */
    public void mount(Router router) {
        route(router, UPLOAD, query -> {
            boolean settled = waitsForSettling(query);
            return (asked, upload, seen) ->
                    settled ? asked.findSettled(upload, seen) : asked.find(upload, seen, UploadQueries.STATE);
        });
        route(router, UPLOAD + "/manifest", query -> {
            Question manifest = manifest(query);
            return (asked, upload, seen) -> asked.find(upload, seen, manifest);
        });
        route(router, UPLOAD + "/sequences", query -> {
            int limit = (int) QueryParameters.number(query, "limit", GAPS_PER_ANSWER, GAPS_PER_ANSWER);
            Question sequences = (stored, upload) -> stored.sequences(upload, limit);
            return (asked, upload, seen) -> asked.find(upload, seen, sequences);
        });
    }

    private static boolean waitsForSettling(MultiMap query) {
        return Boolean.parseBoolean(query.get("settled"));
    }

    private static Question manifest(MultiMap query) {
        long from = QueryParameters.number(query, "from", 0, Long.MAX_VALUE);
        int limit = (int) QueryParameters.number(query, "limit", PIECES_PER_PAGE, PIECES_PER_PAGE);
        return (stored, upload) -> stored.manifest(upload, from, Math.max(1, limit));
    }

    private void route(Router router, String path, Function<MultiMap, Asking> question) {
        router.get(path).handler(request -> {
            try {
                answer(request, question.apply(request.request().params()));
            } catch (WrongQuestionException e) {
                InternalAnswers.end(request, 400, String.valueOf(e.getMessage()));
            }
        });
    }

    private void answer(RoutingContext request, Asking question) {
        EntityKey upload = new EntityKey(QueryParameters.tenant(request.request()), request.pathParam("id"));
        if (!Ids.isValid(Ids.FILE, upload.id())) {
            InternalAnswers.end(request, 404, "there is no such upload");
            return;
        }
        @Nullable Seen seen = seen(request.request().params());
        @Nullable UploadQueries started = queries;
        if (started == null) {
            InternalAnswers.notNow(request, "starting or stopping");
            return;
        }
        Future.fromCompletionStage(question.ask(started, upload, seen), vertx.getOrCreateContext())
                .onSuccess(answer -> answer(request, answer))
                .onFailure(request::fail);
    }

    private static @Nullable Seen seen(MultiMap query) {
        try {
            return Seen.of(query).orElse(null);
        } catch (NumberFormatException e) {
            throw new WrongQuestionException("partition and seen must be numbers");
        }
    }

    private void answer(RoutingContext request, Answer answer) {
        switch (answer) {
            case Answer.Found found -> InternalAnswers.message(request, found.message());
            case Answer.Unknown unknown -> InternalAnswers.end(request, 404, "there is no such upload");
            case Answer.Wrong wrong -> InternalAnswers.end(request, 400, wrong.why());
            case Answer.NotNow notNow -> InternalAnswers.notNow(request, notNow.why());
            case Answer.Elsewhere elsewhere -> forward(request, elsewhere.owner());
        }
    }

    private void forward(RoutingContext request, HostInfo owner) {
        if (request.request().getHeader(FORWARDED) != null) {
            InternalAnswers.notNow(request, "work is being handed over");
            return;
        }
        boolean settled = waitsForSettling(request.request().params());
        RequestOptions options = options(
                owner,
                request.request().uri(),
                request.request().getHeader(Tenant.HTTP_HEADER),
                settled ? SETTLED_FORWARD_TIMEOUT : FORWARD_TIMEOUT);
        client.request(options)
                .compose(forwarded -> forwarded.send())
                .compose(response -> passOn(request, response))
                .onFailure(failure -> {
                    LOG.atInfo().addKeyValue("owner", owner).log("owner does not answer: {}", failure.toString());
                    InternalAnswers.notNow(request, "the owner does not answer");
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
}
