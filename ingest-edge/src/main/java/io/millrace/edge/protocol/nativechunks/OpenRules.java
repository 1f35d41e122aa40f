package io.millrace.edge.protocol.nativechunks;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestOpen;
import java.util.Optional;

/** What an opening must look like, whatever it opens. */
final class OpenRules {
    private static final int LONGEST_TEXT = 255;

    private OpenRules() {}

    /** @throws MillraceException that names the field at fault */
    static void checkAll(IngestOpen open) {
        check(open.getDictionaryId() == 0, "dictionary_id", "there are no dictionaries yet: it must be 0");
        check(open.getIdempotencyKey().length() <= LONGEST_TEXT, "idempotency_key", "at most 255 characters");
        check(open.getFilename().length() <= LONGEST_TEXT, "filename", "at most 255 characters");
        check(open.getContentType().length() <= LONGEST_TEXT, "content_type", "at most 255 characters");
        check(!open.hasLength() || open.getLength() >= 0, "length", "it must be at least 0");
    }

    static Optional<String> key(IngestOpen open) {
        return Optional.of(open.getIdempotencyKey()).filter(key -> !key.isBlank());
    }

    static void check(boolean holds, String field, String otherwise) {
        check(holds, field, ErrorCode.INVALID_REQUEST, otherwise);
    }

    static void check(boolean holds, String field, ErrorCode code, String otherwise) {
        if (!holds) {
            throw wrong(field, code, otherwise);
        }
    }

    static MillraceException wrong(String field, ErrorCode code, String what) {
        return MillraceException.about(field, code, field + ": " + what);
    }
}
