package io.millrace.edge.protocol.ietf;

import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a request says in the words of the drafts.
 *
 * @param http the request itself
 * @param old whether it speaks interop version 6, and not a newer one or the final form
 * @param completes whether its body ends the upload; nothing where it does not say
 */
record IetfRequest(
        UploadRequest http, boolean old, @Nullable Boolean completes) {
    static final String COMPLETE = "Upload-Complete";
    static final String VERSION = "Upload-Draft-Interop-Version";

    static IetfRequest of(UploadRequest http) {
        return new IetfRequest(http, "6".equals(http.header(VERSION)), truth(http.header(COMPLETE)));
    }

    /** Whether the body ends the upload. Only version 6 may leave out to say so. */
    boolean ends() {
        if (completes == null && !old) {
            throw MillraceException.about(COMPLETE, ErrorCode.INVALID_REQUEST, COMPLETE + " must be ?1 or ?0");
        }
        return Boolean.TRUE.equals(completes);
    }

    /** The length of the body, where that is known. */
    OptionalLong bodyLength() {
        return http.body().length();
    }

    /**
     * How long the whole upload will be, as far as this request says so.
     *
     * @param offset where its body begins
     * @throws MillraceException if it says two things
     */
    OptionalLong length(long offset) {
        OptionalLong announced = http.number(UploadRequest.LENGTH);
        OptionalLong counted = ends() && bodyLength().isPresent()
                ? OptionalLong.of(offset + bodyLength().getAsLong())
                : OptionalLong.empty();
        if (announced.isEmpty()) {
            return counted;
        }
        if (counted.orElse(announced.getAsLong()) != announced.getAsLong()) {
            throw new MillraceException(
                    ErrorCode.INCONSISTENT_LENGTH,
                    UploadRequest.LENGTH + " says " + announced.getAsLong() + ", but offset and Content-Length make "
                            + counted.getAsLong());
        }
        return announced;
    }

    /** @throws MillraceException if one of these headers is there */
    void refuse(String... headers) {
        for (String header : headers) {
            if (http.has(header)) {
                throw MillraceException.about(
                        header, ErrorCode.INVALID_REQUEST, header + " must not be in this request");
            }
        }
    }

    /** A boolean of structured fields; any other value counts as none. */
    private static @Nullable Boolean truth(@Nullable String value) {
        return switch (value == null ? "" : value.strip()) {
            case "?1" -> Boolean.TRUE;
            case "?0" -> Boolean.FALSE;
            default -> null;
        };
    }
}
