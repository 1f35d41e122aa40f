package io.millrace.assembler.query;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.query.QueryParameters.WrongQuestionException;
import io.millrace.assembler.query.TenantQueries.Share;
import io.millrace.assembler.query.UploadQueries.Answer;
import io.millrace.assembler.topology.EntityKey;
import io.millrace.assembler.topology.StoredFiles;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.UploadState;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions about all that a tenant has, gathered from all instances: {@code GET /internal/v1/files} and
 * {@code /internal/v1/usage}. 503 when one of them does not answer, never an answer that lacks a part. An instance asks
 * another one for the {@code partitions} that it owns.
 */
public final class TenantQueryRoutes {
    /** Asks one upload's owner. */
    @FunctionalInterface
    public interface UploadLookup {
        /** The upload's state, wherever it is. */
        Future<Answer> find(EntityKey upload);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TenantQueryRoutes.class);
    private static final Duration SHARE_TIMEOUT = Duration.ofSeconds(8);
    private static final int MOST_FILES = 10_000;
    private static final String PARTITIONS = "partitions";
    private static final String AFTER_CREATED = "after_created";

    private final Vertx vertx;
    private final HttpClient client;
    private final UploadLookup uploads;
    private volatile @Nullable TenantQueries queries;

    /** @param client reaches the other instances */
    public TenantQueryRoutes(Vertx vertx, HttpClient client, UploadLookup uploads) {
        this.vertx = vertx;
        this.client = client;
        this.uploads = uploads;
    }

    /** From now on answers come from here; before that all is 503. */
    public void answerFrom(TenantQueries started) {
        queries = started;
    }

    /** From now on all is 503. */
    public void stopAnswering() {
        queries = null;
    }

    /** Adds the routes. */
    public void mount(Router router) {
        router.get("/internal/v1/files").handler(request -> checked(request, this::files));
        router.get("/internal/v1/usage").handler(request -> checked(request, this::usage));
    }

    private void checked(RoutingContext request, Consumer<RoutingContext> handler) {
        try {
            handler.accept(request);
        } catch (WrongQuestionException e) {
            InternalAnswers.end(request, 400, String.valueOf(e.getMessage()));
        }
    }

    private void usage(RoutingContext request) {
        String tenant = QueryParameters.tenant(request.request());
        answer(request, TenantQuestion.usage(request.request().path() + "?", tenant));
    }

    private void files(RoutingContext request) {
        MultiMap query = request.request().params();
        @Nullable String after = query.get("after");
        if (after == null || query.contains(AFTER_CREATED)) {
            files(request, QueryParameters.number(query, AFTER_CREATED, 0, Long.MAX_VALUE));
            return;
        }
        if (!Ids.isValid(Ids.FILE, after)) {
            InternalAnswers.end(request, 404, "there is no file " + after);
            return;
        }
        uploads.find(new EntityKey(QueryParameters.tenant(request.request()), after))
                .onSuccess(found -> {
                    switch (found) {
                        case Answer.Found file -> filesAfter(request, file.message());
                        case Answer.NotNow notNow -> InternalAnswers.notNow(request, notNow.why());
                        case Answer.Unknown unknown -> InternalAnswers.end(request, 404, "there is no file " + after);
                        case Answer.Wrong wrong -> InternalAnswers.end(request, 400, wrong.why());
                        case Answer.Elsewhere elsewhere -> InternalAnswers.notNow(request, "work is being handed over");
                    }
                })
                .onFailure(request::fail);
    }

    private void filesAfter(RoutingContext request, MessageLite file) {
        checked(
                request,
                checked -> files(checked, ((UploadState) file).getOpen().getCreatedAtMs()));
    }

    private void files(RoutingContext request, long afterCreatedMs) {
        MultiMap query = request.request().params();
        String order = query.contains("order") ? query.get("order") : "desc";
        if (!List.of("asc", "desc").contains(order)) {
            throw new WrongQuestionException("order must be asc or desc");
        }
        StoredFiles.Query wanted = new StoredFiles.Query(
                QueryParameters.tenant(request.request()),
                order.equals("desc"),
                query.get("after"),
                afterCreatedMs,
                query.contains("purpose") ? query.get("purpose") : "",
                (int) QueryParameters.number(query, "limit", MOST_FILES, MOST_FILES));
        @Nullable String own = request.request().query();
        String path = request.request().path() + "?" + (own == null ? "" : own + "&") + AFTER_CREATED + "="
                + afterCreatedMs + "&";
        answer(request, TenantQuestion.files(path, wanted));
    }

    private <T extends MessageLite> void answer(RoutingContext request, TenantQuestion<T> question) {
        @Nullable TenantQueries started = queries;
        if (started == null) {
            InternalAnswers.notNow(request, "starting or stopping");
            return;
        }
        @Nullable String own = request.request().getParam(PARTITIONS);
        Future<T> answer = own == null
                ? gathered(request, started, question)
                : local(started, new Share(started.self(), partitions(own)), question);
        answer.onSuccess(message -> InternalAnswers.message(request, message)).onFailure(failure -> {
            LOG.atInfo().log("not all instances answer: {}", failure.toString());
            InternalAnswers.notNow(request, "not all instances answer");
        });
    }

    private <T extends MessageLite> Future<T> gathered(
            RoutingContext request, TenantQueries started, TenantQuestion<T> question) {
        String tenant = QueryParameters.tenant(request.request());
        return Future.fromCompletionStage(started.shares(), vertx.getOrCreateContext())
                .compose(shares -> shares.isEmpty()
                        ? Future.failedFuture("work is being handed over")
                        : Future.all(shares.get().stream()
                                .map(share -> share.owner().equals(started.self())
                                        ? local(started, share, question)
                                        : remote(tenant, share, question))
                                .toList()))
                .map(all -> question.merge().apply(all.<T>list()));
    }

    private <T extends MessageLite> Future<T> local(TenantQueries started, Share share, TenantQuestion<T> question) {
        return Future.fromCompletionStage(started.local(share.partitions(), question.ask()), vertx.getOrCreateContext())
                .map(question.merge());
    }

    private <T extends MessageLite> Future<T> remote(String tenant, Share share, TenantQuestion<T> question) {
        String partitions = share.partitions().stream().map(String::valueOf).collect(Collectors.joining(","));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(share.owner().host())
                .setPort(share.owner().port())
                .setURI(question.path() + PARTITIONS + "=" + partitions)
                .setTimeout(SHARE_TIMEOUT.toMillis())
                .putHeader(Tenant.HTTP_HEADER, tenant);
        return client.request(options)
                .compose(request -> request.send())
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.<Buffer>failedFuture(share.owner() + " says " + response.statusCode()))
                .map(body -> question.parse(body.getBytes()));
    }

    private static List<Integer> partitions(String text) {
        try {
            return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new WrongQuestionException(PARTITIONS + " must be numbers");
        }
    }
}
