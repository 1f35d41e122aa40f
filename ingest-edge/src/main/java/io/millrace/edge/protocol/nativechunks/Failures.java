package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an error of the catalogue of whatever goes wrong. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** What the action brings; an error that it throws is a failure like any other. */
    static <T> Future<T> attempt(Supplier<Future<T>> action) {
        try {
            return action.get();
        } catch (MillraceException e) {
            return Future.failedFuture(e);
        }
    }

    static MillraceException known(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof MillraceException known) {
            return known;
        }
        LOG.atError().setCause(cause).log("unexpected failure on a native connection");
        return new MillraceException(ErrorCode.INTERNAL, "something went wrong", cause);
    }
}
