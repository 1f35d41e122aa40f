package io.millrace.edge.protocol.openai;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}: what is asked again under the same key is the same thing. */
final class IdempotencyKey {
    private static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 255;

    private IdempotencyKey() {}

    /** @throws MillraceException if it is empty or too long */
    static Optional<String> of(RoutingContext context) {
        @Nullable String key = context.request().getHeader(HEADER);
        if (key != null && (key.isBlank() || key.length() > LONGEST)) {
            throw MillraceException.about(
                    HEADER, ErrorCode.INVALID_REQUEST, HEADER + " must have 1 to " + LONGEST + " characters");
        }
        return Optional.ofNullable(key);
    }
}
