package io.millrace.edge.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/** Lets browsers of other origins use the edge. */
public final class Cors {
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);
    private static final Set<String> EXPOSED = Set.of(
            "Location",
            "ETag",
            "Accept-Ranges",
            "Content-Range",
            "Retry-After",
            "Tus-Resumable",
            "Tus-Version",
            "Tus-Extension",
            "Tus-Max-Size",
            "Upload-Offset",
            "Upload-Length",
            "Upload-Defer-Length",
            "Upload-Expires",
            "Upload-Complete",
            "Upload-Limit",
            "Upload-Metadata",
            "Upload-Concat",
            "Tus-Checksum-Algorithm",
            "Millrace-Batch-Id",
            "Millrace-Request-Id",
            "Millrace-Stream");
    private static final int MAX_AGE_SECONDS = 86_400;

    private Cors() {}

    /**
     * Handles preflight requests and marks answers, on everything under these paths. Whatever header a preflight asks for is
     * allowed, because clients add headers of their own.
     *
     * @param origins the origins that are allowed; {@code *} for all
     */
    public static void install(Router router, List<String> origins, String... paths) {
        CorsHandler handler = CorsHandler.create()
                .addOrigins(origins)
                .allowedMethods(METHODS)
                .exposedHeaders(EXPOSED)
                .maxAgeSeconds(MAX_AGE_SECONDS);
        for (String path : paths) {
            router.route(path).handler(handler);
        }
    }
}
