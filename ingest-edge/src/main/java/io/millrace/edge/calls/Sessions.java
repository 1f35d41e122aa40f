package io.millrace.edge.protocol.openai;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The header {@code Millrace-Session}: calls that name the same session have their results in one stream. */
final class Sessions {
    private static final String HEADER = "Millrace-Session";
    private static final int MAX_NAME = 128;

    private Sessions() {}

    /** The stream of the session that a request names: by its id, or by any name that the client likes. */
    static Optional<String> stream(RoutingContext context) {
        @Nullable String name = context.request().getHeader(HEADER);
        if (name == null) {
            return Optional.empty();
        }
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw MillraceException.about(
                    HEADER, ErrorCode.INVALID_REQUEST, HEADER + " must have 1 to " + MAX_NAME + " characters");
        }
        return Optional.of(
                Ids.isValid(Ids.SESSION, name)
                        ? name
                        : Ids.fromIdempotencyKey(Ids.SESSION, Tenant.DEFAULT, "session", name));
    }
}
