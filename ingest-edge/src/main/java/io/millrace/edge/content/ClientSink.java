package io.millrace.edge.content;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A client that takes bytes as fast as it can, seen from a thread that may wait for it. */
final class ClientSink {
    /** A client that takes nothing for so long has gone, or only wants to hold what others need. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Context context;
    private final HttpServerResponse response;
    private final Runnable begin;
    private boolean begun;

    /** @param begin called once on the context before anything is written */
    ClientSink(Context context, HttpServerResponse response, Runnable begin) {
        this.context = context;
        this.response = response;
        this.begin = begin;
    }

    /** Writes bytes, which must not change any more, and waits until more may be written. */
    void write(Buffer bytes) throws InterruptedException {
        onContext(room -> {
            begin();
            Future<Void> written = response.write(bytes);
            written.onFailure(room::completeExceptionally);
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> room.complete(null));
            } else {
                room.complete(null);
            }
        });
    }

    /** Ends the response. */
    void end() throws InterruptedException {
        onContext(ended -> {
            begin();
            response.end().onSuccess(ended::complete).onFailure(ended::completeExceptionally);
        });
    }

    private void begin() {
        if (!begun) {
            begun = true;
            begin.run();
        }
    }

    private void onContext(Consumer<CompletableFuture<Void>> action) throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            try {
                action.accept(done);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the client takes no more", e);
        }
    }
}
