package io.millrace.edge.protocol.uploads;

import io.millrace.edge.ingest.BodyCheck;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A body must have the digests that its client names, by header or, after the body, by trailer. */
public final class DigestCheck implements BodyCheck {
    private final Map<String, RunningDigest> running = new HashMap<>();
    private final Supplier<Map<String, byte[]>> expected;
    private final String field;
    private final ErrorCode mismatch;

    /**
     * A check of a body of which nothing is read yet.
     *
     * @param algorithms those that may turn out to be named
     * @param expected what the client names, by algorithm; asked after the last byte
     * @param field where the client names it
     * @param mismatch what it is told when the bytes are others
     */
    public DigestCheck(
            Set<DigestAlgorithm> algorithms, Supplier<Map<String, byte[]>> expected, String field, ErrorCode mismatch) {
        algorithms.forEach(algorithm -> running.put(algorithm.name(), algorithm.start()));
        this.expected = expected;
        this.field = field;
        this.mismatch = mismatch;
    }

    @Override
    public void update(Buffer bytes) {
        byte[] copy = bytes.getBytes();
        running.values().forEach(digest -> digest.update(copy));
    }

    @Override
    public void verify() {
        expected.get().forEach((algorithm, value) -> {
            @Nullable RunningDigest digest = running.get(algorithm);
            if (digest != null && !MessageDigest.isEqual(digest.value(), value)) {
                throw MillraceException.about(
                        field, mismatch, "the bytes do not have the " + algorithm + " that " + field + " says");
            }
        });
    }
}
