package io.millrace.edge.ingest;

import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.TenantUsage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses new uploads to a tenant that has too much open already: by what all assemblers said a moment ago, and what this edge
 * has let in since. Other edges may let in as much in that moment. When the assemblers do not answer, nothing is refused.
 * Thread-safe.
 */
final class UploadQuota {
    /** After this time the assemblers are asked again, while the old answer still serves. */
    private static final long FRESH_MS = Duration.ofSeconds(1).toMillis();
    /** After this time a new answer is waited for. */
    private static final long USABLE_MS = Duration.ofSeconds(10).toMillis();

    private static final Known NEVER = new Known(0, 0, Long.MIN_VALUE / 2);

    private final UploadQueries queries;
    private final long mostUploads;
    private final long mostBytes;
    private final InstantSource clock;
    private final Map<String, Known> tenants = new ConcurrentHashMap<>();

    /** What is known of a tenant's usage, and when it was asked for. */
    private record Known(long uploads, long bytes, long askedAtMs) {
        Known plus(long more) {
            return new Known(uploads + 1, bytes + more, askedAtMs);
        }
    }

    UploadQuota(UploadQueries queries, long mostUploads, long mostBytes, InstantSource clock) {
        this.queries = queries;
        this.mostUploads = mostUploads;
        this.mostBytes = mostBytes;
        this.clock = clock;
    }

    /** Lets an upload in. Fails with {@link ErrorCode#TOO_MANY_REQUESTS}. */
    Future<Void> admit(Upload upload) {
        long age = clock.millis() - tenants.getOrDefault(upload.tenant(), NEVER).askedAtMs();
        if (age > USABLE_MS) {
            return ask(upload.tenant()).transform(asked -> let(upload));
        }
        if (age > FRESH_MS) {
            tenants.computeIfPresent(
                    upload.tenant(), (tenant, old) -> new Known(old.uploads(), old.bytes(), clock.millis()));
            ask(upload.tenant());
        }
        return let(upload);
    }

    private Future<Void> let(Upload upload) {
        long bytes = upload.announced().orElse(0);
        Known known = tenants.merge(
                upload.tenant(), new Known(1, bytes, clock.millis()), (before, one) -> before.plus(bytes));
        if (upload.complete()) {
            return Future.succeededFuture();
        }
        if (known.uploads() > mostUploads) {
            return refused(upload, bytes, "at most " + mostUploads + " uploads may be open at a time");
        }
        if (known.bytes() > mostBytes) {
            return refused(upload, bytes, "open uploads may have at most " + mostBytes + " bytes together");
        }
        return Future.succeededFuture();
    }

    private Future<Void> refused(Upload upload, long bytes, String why) {
        tenants.computeIfPresent(
                upload.tenant(),
                (tenant, known) -> new Known(known.uploads() - 1, known.bytes() - bytes, known.askedAtMs()));
        return Future.failedFuture(new MillraceException(ErrorCode.TOO_MANY_REQUESTS, why));
    }

    private Future<TenantUsage> ask(String tenant) {
        long askedAtMs = clock.millis();
        return queries.usage(tenant)
                .onSuccess(usage ->
                        tenants.put(tenant, new Known(usage.getOpenUploads(), usage.getOpenBytes(), askedAtMs)))
                .onFailure(silent -> tenants.put(tenant, new Known(0, 0, clock.millis())));
    }
}
