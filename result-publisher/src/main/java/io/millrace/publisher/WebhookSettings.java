package io.millrace.publisher;

import io.millrace.publisher.webhooks.WebhookSecret;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.Setting;
import java.time.Duration;

/**
 * The part {@code webhooks}: how those are told who want to know that a job has ended. Who they are stands in the job.
 *
 * @param secret signs; empty for none, and then nobody is told
 * @param privateAddresses whether addresses that are not public may be called
 * @param timeout how long one call may take
 * @param giveUpAfter how long after the end of a job it is tried
 * @param atOnce calls that run at a time
 */
public record WebhookSettings(
        @Setting(
                doc = "Secret with which webhooks are signed: `whsec_` and 24 to 64 bytes in base64, the same on every "
                        + "publisher. Without it none is sent; they wait for it until give_up_after.")
        String secret,

        @Setting(
                value = "false",
                doc =
                        "Whether webhooks may go to addresses that are not public: loopback, private and link-local ones.")
        boolean privateAddresses,

        @Setting(value = "10s", doc = "How long the answer to a webhook is waited for.")
        Duration timeout,

        @Setting(value = "24h", doc = "How long after the end of its job a webhook is tried again.")
        Duration giveUpAfter,

        @Setting(value = "16", doc = "Webhooks that are being sent at a time.")
        int atOnce) {

    /** Checks the bounds. */
    public WebhookSettings {
        if (!secret.isEmpty() && !WebhookSecret.isValid(secret)) {
            throw ConfigException.invalid("secret", "(hidden)", "whsec_ and 24 to 64 bytes in base64");
        }
        if (!timeout.isPositive()) {
            throw ConfigException.invalid("timeout", timeout, "more than 0");
        }
        if (!giveUpAfter.isPositive()) {
            throw ConfigException.invalid("give_up_after", giveUpAfter, "more than 0");
        }
        if (atOnce < 1) {
            throw ConfigException.invalid("at_once", atOnce, "more than 0");
        }
    }
}
