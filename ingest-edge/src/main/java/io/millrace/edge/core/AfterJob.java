package io.millrace.edge.core;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a job may ask for that concerns the time after its end: who is told of it, and how long it is kept.
 *
 * @param jobWebhooks whether a job may name a webhook
 * @param webhookUrls who is told of every job
 * @param longestRetention that a job may ask for
 */
public record AfterJob(boolean jobWebhooks, List<String> webhookUrls, Duration longestRetention) {
    private static final int LONGEST_URL = 2_000;

    /** Keeps a copy. */
    public AfterJob {
        webhookUrls = List.copyOf(webhookUrls);
    }

    /**
     * Adds what a job asks for itself.
     *
     * @throws MillraceException that names the field at fault
     */
    public JobParameters check(JobParameters parameters, @Nullable String webhookUrl, @Nullable String retention) {
        JobParameters.Builder more = parameters.toBuilder();
        if (webhookUrl != null) {
            more.addWebhookUrls(allowed(webhookUrl));
        }
        if (retention != null) {
            more.setRetentionMs(
                    Span.parse("retention", retention, longestRetention).toMillis());
        }
        return more.build();
    }

    private String allowed(String url) {
        if (!jobWebhooks) {
            throw wrong("this server sends no webhooks for single batches");
        }
        if (!isUsable(url)) {
            throw wrong("webhook_url must be an absolute http or https URL without a user and a fragment");
        }
        return url;
    }

    /** Whether a text is the URL of something that can be told. */
    public static boolean isUsable(String url) {
        try {
            URI parsed = new URI(url);
            String scheme = parsed.getScheme() == null ? "" : parsed.getScheme().toLowerCase(Locale.ROOT);
            return url.length() <= LONGEST_URL
                    && (scheme.equals("http") || scheme.equals("https"))
                    && parsed.getHost() != null
                    && parsed.getUserInfo() == null
                    && parsed.getFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static MillraceException wrong(String message) {
        return MillraceException.about("webhook_url", ErrorCode.INVALID_REQUEST, message);
    }
}
