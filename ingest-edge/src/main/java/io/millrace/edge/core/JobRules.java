package io.millrace.edge.core;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.Priority;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a job may ask for. The limits are OpenAI's, but for the completion window. */
public final class JobRules {
    /** What a job gets that names no window. */
    public static final String DEFAULT_WINDOW = "24h";

    private static final int MAX_PAIRS = 16;
    private static final int MAX_KEY = 64;
    private static final int MAX_VALUE = 512;

    private final Set<String> endpoints;
    private final Duration longestWindow;
    private final AfterJob after;

    /**
     * The rules for these endpoints.
     *
     * @param endpoints what the configured models serve, such as {@code /v1/embeddings}
     * @param longestWindow the longest completion window that is accepted
     * @param after what concerns the time after a job's end
     */
    public JobRules(Set<String> endpoints, Duration longestWindow, AfterJob after) {
        this.endpoints = Set.copyOf(endpoints);
        this.longestWindow = longestWindow;
        this.after = after;
    }

    /** What a job may ask for that concerns the time after its end. */
    public AfterJob after() {
        return after;
    }

    /**
     * What a client asked for, checked. Has no job id yet.
     *
     * @throws MillraceException that names the field at fault
     */
    public JobParameters check(
            @Nullable String endpoint,
            @Nullable String window,
            @Nullable String priority,
            Map<String, String> metadata) {
        String windowText = window == null ? DEFAULT_WINDOW : window;
        return JobParameters.newBuilder()
                .setEndpoint(endpoint(endpoint))
                .setCompletionWindow(windowText)
                .setCompletionWindowMs(Span.parse("completion_window", windowText, longestWindow)
                        .toMillis())
                .setPriority(priority(priority))
                .putAllMetadata(metadata(metadata))
                .addAllWebhookUrls(after.webhookUrls())
                .build();
    }

    private String endpoint(@Nullable String endpoint) {
        if (endpoint == null) {
            throw MillraceException.about("endpoint", ErrorCode.MISSING_FIELD, "endpoint is missing");
        }
        if (!endpoints.contains(endpoint)) {
            throw MillraceException.about(
                    "endpoint",
                    ErrorCode.INVALID_REQUEST,
                    "endpoint must be one of "
                            + String.join(", ", endpoints.stream().sorted().toList()));
        }
        return endpoint;
    }

    private static Priority priority(@Nullable String priority) {
        return switch (priority) {
            case null -> Priority.PRIORITY_BATCH;
            case "batch" -> Priority.PRIORITY_BATCH;
            case "high" -> Priority.PRIORITY_HIGH;
            default ->
                throw MillraceException.about(
                        "priority", ErrorCode.INVALID_REQUEST, "priority must be 'high' or 'batch'");
        };
    }

    private static Map<String, String> metadata(Map<String, String> metadata) {
        if (metadata.size() > MAX_PAIRS) {
            throw badMetadata("metadata may have at most " + MAX_PAIRS + " pairs, not " + metadata.size());
        }
        metadata.forEach((key, value) -> {
            if (key.length() > MAX_KEY || value.length() > MAX_VALUE) {
                throw badMetadata(
                        "metadata keys may have at most " + MAX_KEY + " characters and values at most " + MAX_VALUE);
            }
        });
        return metadata;
    }

    private static MillraceException badMetadata(String message) {
        return MillraceException.about("metadata", ErrorCode.INVALID_REQUEST, message);
    }
}
