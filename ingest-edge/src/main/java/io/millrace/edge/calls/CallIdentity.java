package io.millrace.edge.calls;

import com.google.protobuf.ByteString;
import io.millrace.edge.core.CallPlan;
import io.millrace.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which call it is: a new one each time, or, under an idempotency key, the same one at every edge.
 *
 * @param session the stream that it shares with others; absent for one of its own
 * @param key under which it is the same call when asked again
 */
public record CallIdentity(Optional<String> session, Optional<String> key) {
    /** As many digits as a request's id may have for its item. */
    private static final long MOST_ITEMS = 100_000_000_000_000_000L;

    String streamId(String tenant, String endpoint, long nowMs) {
        return session.orElseGet(() -> key.map(given -> Ids.fromIdempotencyKey(Ids.CALL, tenant, endpoint, given))
                .orElseGet(() -> Ids.create(Ids.CALL, nowMs)));
    }

    /** Edges do not know each other's calls of a session, so its items are drawn, or follow from the key, but are not counted. */
    long item(String endpoint) {
        if (session.isEmpty()) {
            return 0;
        }
        return key.map(given -> Math.floorMod(
                        digest(endpoint, given.getBytes(StandardCharsets.UTF_8))
                                .asReadOnlyByteBuffer()
                                .getLong(),
                        MOST_ITEMS))
                .orElseGet(() -> ThreadLocalRandom.current().nextLong(MOST_ITEMS));
    }

    /** Of what is asked; empty without a key. */
    ByteString fingerprint(CallPlan plan, byte[] body) {
        return key.map(given -> digest(plan.endpoint(), body)).orElse(ByteString.EMPTY);
    }

    private static ByteString digest(String endpoint, byte[] bytes) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(endpoint.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            return ByteString.copyFrom(sha256.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
