package io.millrace.edge.ingest;

import com.google.protobuf.ByteString;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Uploads that consist of others. No byte is copied: the parts are told to link themselves to the whole, and may lie anywhere
 * and be unfinished. What this edge leaves undone when it dies is done by the assembler.
 */
public final class ComposedUploads {
    /** The most parts that one upload may have. */
    public static final int MOST_PARTS = 10_000;

    private final IngestService ingest;
    private final UploadJournal journal;

    /** Composes uploads of this service. */
    public ComposedUploads(Vertx vertx, ChunkProducer chunks, IngestService ingest, UploadMetrics metrics) {
        this.ingest = ingest;
        this.journal = new UploadJournal(vertx, chunks, metrics);
    }

    /**
     * Creates an upload of parts that are named now. The same parts with the same metadata are the same upload, so the
     * request can be repeated when its answer was lost; only when that upload is gone, there is another one.
     */
    public Future<Upload> create(NewUpload request) {
        List<String> names = request.composition().parts();
        String key = request.idempotencyKey()
                .orElseGet(() -> "parts " + String.join(" ", names) + " " + request.clientMetadata());
        return parts(request.tenant(), names).compose(parts -> {
            checkSize(parts);
            return ingest.create(request.under(key))
                    .recover(failed -> request.idempotencyKey().isEmpty() && isGone(failed)
                            ? ingest.create(request)
                            : Future.failedFuture(failed))
                    .compose(whole -> linked(whole, parts));
        });
    }

    /**
     * Completes an upload with its parts, which must be complete themselves.
     *
     * @param md5 the digest that the whole must have, or nothing
     */
    public Future<Upload> complete(Upload upload, List<Upload> parts, ByteString md5) {
        long length = parts.stream().mapToLong(Upload::offset).sum();
        return journal.composed(upload, parts.stream().map(Upload::id).toList(), length, md5)
                .compose(whole -> linked(whole, parts));
    }

    /** The uploads of these names. Fails with {@link ErrorCode#INVALID_REQUEST} where one is not there or no part. */
    public Future<List<Upload>> parts(String tenant, List<String> names) {
        if (names.isEmpty() || names.size() > MOST_PARTS) {
            return Future.failedFuture(new MillraceException(
                    ErrorCode.INVALID_REQUEST, "an upload is composed of 1 to " + MOST_PARTS + " parts"));
        }
        List<Future<Upload>> asked = new ArrayList<>(names.size());
        for (String name : names) {
            asked.add(ingest.query(tenant, name)
                    .recover(failed -> Future.failedFuture(isGone(failed) || isUnknown(failed) ? noPart(name) : failed))
                    .compose(part -> part.open().getPartial()
                            ? Future.succeededFuture(part)
                            : Future.failedFuture(noPart(name))));
        }
        return Future.all(asked).map(all -> all.list());
    }

    /** Written again where they are there already; that does no harm. */
    private Future<Upload> linked(Upload whole, List<Upload> parts) {
        List<Future<Void>> links = new ArrayList<>(parts.size());
        for (int index = 0; index < parts.size(); index++) {
            links.add(journal.linked(parts.get(index), whole, index));
        }
        boolean complete = parts.stream().allMatch(Upload::complete);
        return Future.all(links).compose(durable -> complete ? ingest.settled(whole) : Future.succeededFuture(whole));
    }

    private void checkSize(List<Upload> parts) {
        long known = parts.stream()
                .mapToLong(part -> part.length().orElse(part.offset()))
                .sum();
        if (known > ingest.limits().maxUploadSize()) {
            throw IngestService.tooLarge(ingest.limits().maxUploadSize());
        }
    }

    private static boolean isGone(Throwable failed) {
        return failed instanceof MillraceException known && known.code() == ErrorCode.UPLOAD_GONE;
    }

    private static boolean isUnknown(Throwable failed) {
        return failed instanceof MillraceException known && known.code() == ErrorCode.UPLOAD_NOT_FOUND;
    }

    private static MillraceException noPart(String name) {
        return new MillraceException(ErrorCode.INVALID_REQUEST, "there is no partial upload " + name);
    }
}
