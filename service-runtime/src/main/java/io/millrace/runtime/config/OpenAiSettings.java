package io.millrace.runtime.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How a model server is used that speaks OpenAI's protocol.
 *
 * @param urls its base URLs; several serve the same model
 * @param model the model's name there; empty for the same
 * @param apiKeyEnv environment variable that holds the API key; empty for none
 * @param concurrency most requests at a time at each base URL
 * @param timeouts how long it may take
 */
public record OpenAiSettings(
        @Setting(
                value = "http://127.0.0.1:8000/v1",
                doc = "Base URLs of the model server, with `/v1`; several serve the same model and share its requests.")
        List<String> urls,

        @Setting(doc = "The model's name at the server; empty for the same name.")
        String model,

        @Setting(doc = "Name of the environment variable that holds the API key; empty for none.")
        String apiKeyEnv,

        @Setting(
                value = "8",
                doc =
                        "Most requests at a time at each base URL, 1 to 256. Below it the number follows the server's speed.")
        int concurrency,

        @Setting(doc = "How long an answer may take.") Timeouts timeouts) {
    private static final int MAX_CONCURRENCY = 256;

    /** Checks the bounds. */
    public OpenAiSettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw ConfigException.invalid("urls", "[]", "at least one base URL");
        }
        urls.forEach(OpenAiSettings::requireHttp);
        if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
            throw ConfigException.invalid("concurrency", concurrency, "1 to " + MAX_CONCURRENCY);
        }
    }

    private static void requireHttp(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("urls", "'" + url + "' is no URL: " + e.getMessage());
        }
        throw ConfigException.invalid("urls", url, "URLs that begin with http:// or https://");
    }

    /**
     * How long an answer may take.
     *
     * @param firstToken until the first token of a streamed answer
     * @param betweenTokens until the next one
     * @param total until the end of any answer
     */
    public record Timeouts(
            @Setting(value = "60s", doc = "Longest wait for the first token of a streamed answer.")
            Duration firstToken,

            @Setting(value = "30s", doc = "Longest wait for each further token.")
            Duration betweenTokens,

            @Setting(value = "10m", doc = "Longest time for a whole answer, streamed or not.")
            Duration total) {
        /** Checks the bounds. */
        public Timeouts {
            requirePositive("first_token", firstToken);
            requirePositive("between_tokens", betweenTokens);
            requirePositive("total", total);
        }

        private static void requirePositive(String key, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw ConfigException.invalid(key, value, "more than 0ms");
            }
        }
    }
}
