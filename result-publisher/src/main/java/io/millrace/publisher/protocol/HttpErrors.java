package io.millrace.publisher.protocol;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.ErrorRendering;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a request that failed: OpenAI's error object, as everywhere under {@code /v1}. */
final class HttpErrors {
    private static final Logger LOG = LoggerFactory.getLogger(HttpErrors.class);

    private HttpErrors() {}

    static void render(RoutingContext request) {
        @Nullable Throwable failure = request.failure();
        if (request.response().headWritten()) {
            request.response().reset();
        } else if (failure instanceof MillraceException known) {
            answer(request, known);
        } else {
            LOG.atError()
                    .addKeyValue("path", request.request().path())
                    .setCause(failure)
                    .log("request failed");
            answer(request, new MillraceException(ErrorCode.INTERNAL, "the request failed"));
        }
    }

    private static void answer(RoutingContext request, MillraceException error) {
        if (error.code().retryable()) {
            request.response().putHeader("Retry-After", "1");
        }
        request.response()
                .setStatusCode(error.code().httpStatus())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(ErrorRendering.openAi(error.code(), error.getMessage(), error.param())
                        .toString());
    }
}
