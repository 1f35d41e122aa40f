package io.millrace.edge;

import io.millrace.edge.core.AfterJob;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.util.List;

/**
 * The part {@code webhooks}: who is told that a job has ended. The publishers tell it.
 *
 * @param perJob whether a job may name a webhook itself
 * @param urls who is told of every job
 */
public record WebhookSettings(
        @Setting(
                value = "false",
                doc = "Whether a batch may name a `webhook_url`; the publishers need `publisher.webhooks.secret`.")
        boolean perJob,

        @Setting(value = "[]", doc = "URLs that are told of the end of every batch.")
        List<String> urls) {

    /** Checks the URLs. */
    public WebhookSettings {
        for (String url : urls) {
            if (!AfterJob.isUsable(url)) {
                throw ConfigException.invalid("urls", url, "absolute http or https URLs");
            }
        }
        urls = List.copyOf(urls);
    }
}
