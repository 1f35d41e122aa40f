package io.millrace.edge.protocol.ietf;

import com.google.protobuf.ByteString;
import io.millrace.edge.protocol.uploads.DigestAlgorithm;
import io.millrace.edge.protocol.uploads.DigestCheck;
import io.millrace.edge.protocol.uploads.UploadRequest;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code Content-Digest} of one request and {@code Repr-Digest} of the whole upload; what uses other algorithms is ignored.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9530">RFC 9530</a>
 */
final class IetfDigests {
    static final String CONTENT = "Content-Digest";
    static final String WHOLE = "Repr-Digest";

    private static final String WHOLE_ALGORITHM = "sha-256";
    private static final int SHA256_BYTES = 32;
    /** A member of a dictionary of byte sequences. */
    private static final Pattern MEMBER = Pattern.compile("([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):");

    private IetfDigests() {}

    /**
     * Makes the body of a request count only when it has the digests that the request names.
     *
     * @throws MillraceException if they cannot be read
     */
    static void apply(UploadRequest request) {
        Map<String, byte[]> expected = parse(CONTENT, request.header(CONTENT));
        Set<DigestAlgorithm> used = DigestAlgorithm.HTTP.stream()
                .filter(known -> expected.containsKey(known.name()))
                .collect(Collectors.toSet());
        if (!used.isEmpty()) {
            request.body().mustPass(new DigestCheck(used, () -> expected, CONTENT, ErrorCode.DIGEST_MISMATCH));
        }
    }

    /**
     * The SHA-256 of the whole upload, or nothing where the request does not say it.
     *
     * @throws MillraceException if it cannot be read
     */
    static ByteString whole(UploadRequest request) {
        byte @Nullable [] digest = parse(WHOLE, request.header(WHOLE)).get(WHOLE_ALGORITHM);
        if (digest == null) {
            return ByteString.EMPTY;
        }
        if (digest.length != SHA256_BYTES) {
            throw invalid(WHOLE, null);
        }
        return ByteString.copyFrom(digest);
    }

    private static Map<String, byte[]> parse(String name, @Nullable String header) {
        Map<String, byte[]> digests = new LinkedHashMap<>();
        if (header == null) {
            return digests;
        }
        for (String member : header.split(",", -1)) {
            Matcher matcher = MEMBER.matcher(member.strip());
            if (!matcher.matches()) {
                throw invalid(name, null);
            }
            try {
                digests.put(matcher.group(1), Base64.getDecoder().decode(matcher.group(2)));
            } catch (IllegalArgumentException e) {
                throw invalid(name, e);
            }
        }
        return digests;
    }

    private static MillraceException invalid(String name, @Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.INVALID_REQUEST, name + " must look like sha-256=:base64:, sha-512=:base64:", cause);
    }
}
