package io.millrace.edge.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times in header fields (RFC 9110, section 5.6.7), and the one that every answer has (section 6.6.1). */
public final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private HttpDate() {}

    /** The time as a header's value, in whole seconds. */
    public static String of(Instant instant) {
        return FORMAT.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** Dates whatever the router's later handlers answer. */
    public static void install(Router router, InstantSource clock) {
        router.route().handler(context -> {
            context.response().putHeader(HttpHeaders.DATE, of(clock.instant()));
            context.next();
        });
    }
}
