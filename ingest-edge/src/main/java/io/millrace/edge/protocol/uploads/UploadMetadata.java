package io.millrace.edge.protocol.uploads;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Upload-Metadata}: pairs of a key and a value in base64, separated by commas; a key may stand alone.
 *
 * @param text the header as the client sent it, to be repeated to it
 * @param values what it says, decoded
 */
public record UploadMetadata(String text, Map<String, String> values) {
    /** The header. */
    public static final String HEADER = "Upload-Metadata";

    private static final int MAX_LENGTH = 4096;

    /**
     * Reads the header.
     *
     * @throws MillraceException if it is malformed, repeats a key or is too long
     */
    static UploadMetadata parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new UploadMetadata("", Map.of());
        }
        if (header.length() > MAX_LENGTH) {
            throw invalid("may have at most " + MAX_LENGTH + " characters");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : header.split(",", -1)) {
            String[] words = pair.strip().split(" +", -1);
            if (words.length > 2 || words[0].isEmpty()) {
                throw invalid("must be pairs of a key and a value in base64, separated by commas");
            }
            if (values.put(words[0], words.length == 1 ? "" : decoded(words[0], words[1])) != null) {
                throw invalid("has the key '" + words[0] + "' twice");
            }
        }
        return new UploadMetadata(header, Map.copyOf(values));
    }

    /** The value of a key, or nothing where it is absent or empty. */
    @Nullable
    String value(String key) {
        String value = values.get(key);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The value of a key, or another one where it is absent or empty. */
    String valueOr(String key, String other) {
        String value = value(key);
        return value == null ? other : value;
    }

    private static String decoded(String key, String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.INVALID_REQUEST, HEADER + ": the value of '" + key + "' is no base64", e);
        }
    }

    private static MillraceException invalid(String what) {
        return MillraceException.about(HEADER, ErrorCode.INVALID_REQUEST, HEADER + " " + what);
    }
}
