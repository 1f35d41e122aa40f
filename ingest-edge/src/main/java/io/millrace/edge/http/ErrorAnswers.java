package io.millrace.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.ErrorRendering;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where the edge answers with an error: OpenAI's shape under {@code /v1}, a problem elsewhere. */
public final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private static final List<Integer> STATUSES = List.of(400, 403, 413, 500);

    private final MeterRegistry meters;

    /** Counts every error in this registry. */
    public ErrorAnswers(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Answers every request of the router that fails, or that nobody serves. */
    public void install(Router router) {
        STATUSES.forEach(status -> router.errorHandler(status, context -> send(context, translated(context))));
        router.errorHandler(
                404,
                context -> send(
                        context,
                        new MillraceException(
                                ErrorCode.NOT_FOUND,
                                "there is nothing at " + context.request().path())));
    }

    private static MillraceException translated(RoutingContext context) {
        Throwable failure = context.failure();
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof MillraceException known) {
            return known;
        }
        return switch (context.statusCode()) {
            case 400 -> new MillraceException(ErrorCode.INVALID_REQUEST, "the request cannot be read", failure);
            case 403 -> MillraceException.about("Origin", ErrorCode.INVALID_REQUEST, "this origin is not allowed");
            case 413 ->
                new MillraceException(ErrorCode.UPLOAD_TOO_LARGE, "the body is too large for this path", failure);
            default -> internal(failure);
        };
    }

    private static MillraceException internal(@Nullable Throwable failure) {
        String id = Ids.create("error_", System.currentTimeMillis());
        LOG.atError().addKeyValue("error", id).setCause(failure).log("unexpected failure");
        return new MillraceException(ErrorCode.INTERNAL, "something went wrong; the log has it under " + id, failure);
    }

    private void send(RoutingContext context, MillraceException error) {
        count(context, error);
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            context.request().connection().close();
            return;
        }
        ErrorCode code = error.code();
        boolean openAi = context.request().path().startsWith("/v1/");
        ObjectNode body = openAi
                ? ErrorRendering.openAi(code, error.getMessage(), error.param())
                : ErrorRendering.problem(code, error.getMessage(), error.param());
        if (context.get(StandardProblem.KEY) instanceof StandardProblem standard && !openAi) {
            body.put("type", standard.type());
            standard.members().forEach(body::put);
        }
        response.setStatusCode(code.httpStatus())
                .putHeader(HttpHeaders.CONTENT_TYPE, openAi ? "application/json" : "application/problem+json");
        if (code.httpStatus() == 429 || code.httpStatus() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body.toString());
        }
        RequestDrain.rest(context.vertx(), context.request());
    }

    private void count(RoutingContext context, MillraceException error) {
        EdgeMetrics.REFUSED
                .counter(
                        meters,
                        RequestTimes.resource(context.request().path()),
                        error.code().code())
                .increment();
    }
}
