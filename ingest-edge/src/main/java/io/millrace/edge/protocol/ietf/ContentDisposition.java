package io.millrace.edge.protocol.ietf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file's name from {@code Content-Disposition} (RFC 6266); the extended form is ignored. */
final class ContentDisposition {
    private static final Pattern FILENAME =
            Pattern.compile("(?i);\\s*filename=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\"\\s]+))");

    private ContentDisposition() {}

    /** The name, or an empty text. */
    static String filename(@Nullable String header) {
        Matcher matcher = FILENAME.matcher(header == null ? "" : header);
        if (!matcher.find()) {
            return "";
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1).replaceAll("\\\\(.)", "$1");
    }
}
