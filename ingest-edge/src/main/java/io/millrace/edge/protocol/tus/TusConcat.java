package io.millrace.edge.protocol.tus;

import io.millrace.edge.ingest.Composition;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code Upload-Concat}: {@code partial}, or {@code final;} and the URLs of the parts, which may be relative. */
final class TusConcat {
    static final String HEADER = "Upload-Concat";

    private static final String PARTIAL = "partial";
    private static final String FINAL = "final;";

    private TusConcat() {}

    /**
     * Reads the header.
     *
     * @throws MillraceException if it is there and says something else
     */
    static Composition parse(@Nullable String header) {
        if (header == null) {
            return Composition.NONE;
        }
        if (header.equals(PARTIAL)) {
            return new Composition(true, List.of(), header);
        }
        if (!header.startsWith(FINAL)) {
            throw MillraceException.about(
                    HEADER,
                    ErrorCode.INVALID_REQUEST,
                    HEADER + " must be partial, or final; and the URLs of the parts");
        }
        List<String> parts = new ArrayList<>();
        for (String url : header.substring(FINAL.length()).strip().split(" +", -1)) {
            parts.add(url.substring(url.lastIndexOf('/') + 1));
        }
        return new Composition(false, parts, header);
    }
}
