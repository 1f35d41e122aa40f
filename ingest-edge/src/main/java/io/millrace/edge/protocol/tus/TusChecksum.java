package io.millrace.edge.protocol.tus;

import io.millrace.edge.http.RequestTrailers;
import io.millrace.edge.protocol.uploads.DigestAlgorithm;
import io.millrace.edge.protocol.uploads.DigestCheck;
import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code Upload-Checksum}: the digest of a body, in a header or in a trailer. */
final class TusChecksum {
    static final String HEADER = "Upload-Checksum";
    /** What {@code Tus-Checksum-Algorithm} says. */
    static final String ALGORITHMS = "sha1,sha256,crc32c";

    private TusChecksum() {}

    /**
     * Makes the body of a request count only when it has the checksum that the request names. To be called before the
     * request's handler returns.
     *
     * @throws MillraceException if the header cannot be read or names an algorithm that is not known
     */
    static void apply(UploadRequest request) {
        @Nullable String header = request.header(HEADER);
        if (header != null) {
            Map<String, byte[]> expected = parse(header);
            request.body().mustPass(check(known(expected), () -> expected));
        } else if (announced(request.header("Trailer"))) {
            RequestTrailers trailers = request.trailers();
            request.body().mustPass(check(DigestAlgorithm.TUS, () -> parse(trailers.get(HEADER))));
        }
    }

    private static DigestCheck check(
            Set<DigestAlgorithm> algorithms, java.util.function.Supplier<Map<String, byte[]>> expected) {
        return new DigestCheck(algorithms, expected, HEADER, ErrorCode.CHECKSUM_MISMATCH);
    }

    private static boolean announced(@Nullable String trailer) {
        if (trailer != null) {
            for (String name : trailer.split(",", -1)) {
                if (name.strip().equalsIgnoreCase(HEADER)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<DigestAlgorithm> known(Map<String, byte[]> expected) {
        return Set.of(DigestAlgorithm.find(
                        DigestAlgorithm.TUS, expected.keySet().iterator().next())
                .orElseThrow());
    }

    private static Map<String, byte[]> parse(@Nullable String value) {
        String[] words = value == null ? new String[0] : value.strip().split(" +", -1);
        if (words.length != 2) {
            throw invalid("must be an algorithm and a checksum in base64", null);
        }
        if (DigestAlgorithm.find(DigestAlgorithm.TUS, words[0]).isEmpty()) {
            throw invalid("must use one of " + ALGORITHMS, null);
        }
        try {
            return Map.of(words[0], Base64.getDecoder().decode(words[1]));
        } catch (IllegalArgumentException e) {
            throw invalid("must have its checksum in base64", e);
        }
    }

    private static MillraceException invalid(String what, @Nullable Throwable cause) {
        return new MillraceException(ErrorCode.INVALID_REQUEST, HEADER + " " + what, cause);
    }
}
