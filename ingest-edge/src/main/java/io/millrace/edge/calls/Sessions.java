package io.millrace.edge.calls;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;

/** Sessions: calls that name the same one have their results in one stream. */
public final class Sessions {
    private static final int MAX_NAME = 128;

    private Sessions() {}

    /**
     * The stream of a session, which is named by its id, or by any name that the client likes.
     *
     * @param field where the client named it
     */
    public static String stream(String field, String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw MillraceException.about(
                    field, ErrorCode.INVALID_REQUEST, field + " must have 1 to " + MAX_NAME + " characters");
        }
        return Ids.isValid(Ids.SESSION, name)
                ? name
                : Ids.fromIdempotencyKey(Ids.SESSION, Tenant.DEFAULT, "session", name);
    }
}
