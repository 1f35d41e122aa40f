package io.millrace.edge.ingest;

import io.millrace.edge.ingest.IngestLimits.OfOpen;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.TenantUsage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses new uploads when a tenant, or all together, have too much open already: by what all assemblers said a moment ago, and what this edge
 * has let in since. Other edges may let in as much in that moment. When the assemblers do not answer, nothing is refused.
 * Thread-safe.
 */
final class UploadQuota {
    /** After this time the assemblers are asked again, while the old answer still serves. */
    private static final long FRESH_MS = Duration.ofSeconds(1).toMillis();
    /** After this time a new answer is waited for. */
    private static final long USABLE_MS = Duration.ofSeconds(10).toMillis();

    private static final Known NEVER = new Known(new OfOpen(0, 0), new OfOpen(0, 0), Long.MIN_VALUE / 2);

    private final UploadQueries queries;
    private final IngestLimits limits;
    private final InstantSource clock;
    private final Map<String, Known> tenants = new ConcurrentHashMap<>();

    /** What is known to be open: of a tenant, and of all as of the same moment; and when it was asked for. */
    private record Known(OfOpen own, OfOpen all, long askedAtMs) {
        Known plus(long uploads, long bytes) {
            return new Known(sum(own, uploads, bytes), sum(all, uploads, bytes), askedAtMs);
        }

        Known askedAt(long nowMs) {
            return new Known(own, all, nowMs);
        }

        private static OfOpen sum(OfOpen open, long uploads, long bytes) {
            return new OfOpen(open.uploads() + uploads, open.bytes() + bytes);
        }
    }

    UploadQuota(UploadQueries queries, IngestLimits limits, InstantSource clock) {
        this.queries = queries;
        this.limits = limits;
        this.clock = clock;
    }

    /** Lets an upload in. Fails with {@link ErrorCode#TOO_MANY_REQUESTS}. */
    Future<Void> admit(Upload upload) {
        long age = clock.millis() - tenants.getOrDefault(upload.tenant(), NEVER).askedAtMs();
        if (age > USABLE_MS) {
            return ask(upload.tenant()).transform(asked -> let(upload));
        }
        if (age > FRESH_MS) {
            tenants.computeIfPresent(upload.tenant(), (tenant, old) -> old.askedAt(clock.millis()));
            ask(upload.tenant());
        }
        return let(upload);
    }

    private Future<Void> let(Upload upload) {
        long bytes = upload.announced().orElse(0);
        Known known = tenants.compute(
                upload.tenant(),
                (tenant, before) -> (before == null ? NEVER.askedAt(clock.millis()) : before).plus(1, bytes));
        if (upload.complete()) {
            return Future.succeededFuture();
        }
        return excess(known.own(), limits.openOfTenant(), "")
                .or(() -> excess(known.all(), limits.openOfAll(), ", by all together"))
                .map(why -> refused(upload, bytes, why))
                .orElseGet(Future::succeededFuture);
    }

    private static Optional<String> excess(OfOpen open, OfOpen most, String whose) {
        if (open.uploads() > most.uploads()) {
            return Optional.of("at most " + most.uploads() + " uploads may be open at a time" + whose);
        }
        return open.bytes() > most.bytes()
                ? Optional.of("open uploads may have at most " + most.bytes() + " bytes together" + whose)
                : Optional.empty();
    }

    private Future<Void> refused(Upload upload, long bytes, String why) {
        tenants.computeIfPresent(upload.tenant(), (tenant, known) -> known.plus(-1, -bytes));
        return Future.failedFuture(new MillraceException(ErrorCode.TOO_MANY_REQUESTS, why));
    }

    private Future<TenantUsage> ask(String tenant) {
        long askedAtMs = clock.millis();
        return queries.usage(tenant)
                .onSuccess(usage -> tenants.put(
                        tenant,
                        new Known(
                                new OfOpen(usage.getOpenUploads(), usage.getOpenBytes()),
                                new OfOpen(usage.getOpenUploadsOfAll(), usage.getOpenBytesOfAll()),
                                askedAtMs)))
                .onFailure(silent -> tenants.put(tenant, NEVER.askedAt(clock.millis())));
    }
}
