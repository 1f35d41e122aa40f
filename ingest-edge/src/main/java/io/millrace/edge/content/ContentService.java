package io.millrace.edge.content;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.metrics.EdgeMetrics;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Semaphore;

/**
 * Sends the bytes of complete files. Every download has a thread of its own that reads a little, waits until the client has
 * taken it, and ends when the client goes; there are only so many at once.
 */
public final class ContentService {
    private final Vertx vertx;
    private final UploadQueries queries;
    private final RecordReader chunks;
    private final Semaphore free;
    private final Counter bytes;

    /**
     * Reads from these.
     *
     * @param most how many downloads may run at once
     */
    public ContentService(Vertx vertx, UploadQueries queries, RecordReader chunks, int most, MeterRegistry meters) {
        this.vertx = vertx;
        this.queries = queries;
        this.chunks = chunks;
        this.free = new Semaphore(most);
        this.bytes = EdgeMetrics.DOWNLOAD_BYTES.counter(meters);
    }

    /**
     * Sends some bytes of a complete file and ends the response. Fails with {@link ErrorCode#FILE_UNREADABLE} when they are no
     * longer kept, and with {@link ErrorCode#TOO_MANY_REQUESTS}.
     *
     * @param from the first byte
     * @param to the byte after the last one
     * @param begin called before the first byte is written, on the caller's event loop
     */
    public Future<Void> send(Upload file, long from, long to, HttpServerResponse response, Runnable begin) {
        if (!free.tryAcquire()) {
            return Future.failedFuture(
                    new MillraceException(ErrorCode.TOO_MANY_REQUESTS, "too many downloads are running"));
        }
        Context context = vertx.getOrCreateContext();
        Promise<Void> done = Promise.promise();
        ClientSink sink = new ClientSink(context, response, begin);
        FileReader reader = new FileReader(queries, chunks, file, sink);
        Thread thread = Thread.ofVirtual().name("download-" + file.id()).unstarted(() -> {
            try {
                bytes.increment((double) reader.read(from, to));
                context.runOnContext(sent -> done.tryComplete());
            } catch (InterruptedException e) {
                context.runOnContext(
                        gone -> done.tryFail(new MillraceException(ErrorCode.UNAVAILABLE, "the client has gone", e)));
            } catch (RuntimeException e) {
                context.runOnContext(failed -> done.tryFail(e));
            } finally {
                free.release();
            }
        });
        response.closeHandler(gone -> thread.interrupt());
        thread.start();
        return done.future();
    }
}
