package io.millrace.schemas;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * W3C Trace Context (level 1, {@code traceparent}): by one trace's id, what a client asked can be found in every log and topic. It
 * has the same name in HTTP, in the headers of records and in the messages that keep it.
 */
public final class Traceparent {
    /** The name of the header. */
    public static final String HEADER = "traceparent";

    /** Later versions may say more after the flags; the version ff is none. */
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

    private static final Pattern OF_FIRST_VERSION = Pattern.compile("00-[^-]*-[^-]*-[^-]*");
    private static final int LONGEST = 255;
    private static final String SAMPLED = "01";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Traceparent() {}

    /** What comes after this in the same trace; the beginning of a new trace where nothing valid is given. */
    public static String continuing(@Nullable String given) {
        if (given != null && given.length() <= LONGEST) {
            Matcher found = FORM.matcher(given);
            if (found.matches()
                    && (!given.startsWith("00")
                            || OF_FIRST_VERSION.matcher(given).matches())) {
                return "00-" + found.group(1) + "-" + random(8) + "-" + found.group(2);
            }
        }
        return "00-" + random(16) + "-" + random(8) + "-" + SAMPLED;
    }

    /** The id of the trace, or an empty text where there is none. */
    public static String traceId(@Nullable String traceparent) {
        Matcher found = FORM.matcher(traceparent == null ? "" : traceparent);
        return found.matches() ? found.group(1) : "";
    }

    /** Puts it into a record's headers, unless there is none. */
    public static void put(Headers headers, String traceparent) {
        if (!traceparent.isEmpty()) {
            headers.remove(HEADER).add(HEADER, traceparent.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** What stands in a record's headers, or an empty text where nothing valid does. */
    public static String of(Headers headers) {
        @Nullable Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null || header.value().length > LONGEST) {
            return "";
        }
        String text = new String(header.value(), StandardCharsets.US_ASCII);
        return FORM.matcher(text).matches() ? text : "";
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        // Zeros throughout are forbidden.
        random[0] |= 1;
        return HexFormat.of().formatHex(random);
    }
}
