package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import org.jspecify.annotations.Nullable;

/** How long a file is wanted, as OpenAI's {@code expires_after} says it. */
final class FileLifetime {
    static final String FIELD = "expires_after";
    private static final String ANCHOR = "created_at";
    private static final long SHORTEST_S = 3600;
    private static final long LONGEST_S = 2_592_000;
    private static final long MS = 1000;
    private static final String RULE = FIELD + " must have the anchor " + ANCHOR + " and from " + SHORTEST_S + " to "
            + LONGEST_S + " whole seconds";

    private FileLifetime() {}

    /**
     * Of a JSON body's field.
     *
     * @return milliseconds from creation on; 0 where nothing is said
     * @throws MillraceException if it is no such thing
     */
    static long of(JsonNode field) {
        return field.isMissingNode() || field.isNull()
                ? 0
                : of(
                        field.path("anchor").asText(""),
                        field.path("seconds").canConvertToExactIntegral()
                                ? field.path("seconds").asText()
                                : "");
    }

    /** The same of a form's two fields. */
    static long of(@Nullable String anchor, @Nullable String seconds) {
        if (anchor == null && seconds == null) {
            return 0;
        }
        try {
            long given = Long.parseLong(seconds == null ? "" : seconds);
            if (ANCHOR.equals(anchor) && given >= SHORTEST_S && given <= LONGEST_S) {
                return given * MS;
            }
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.INVALID_REQUEST, RULE, e);
        }
        throw MillraceException.about(FIELD, ErrorCode.INVALID_REQUEST, RULE);
    }
}
