package io.millrace.runtime.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A model that is served, and how.
 *
 * @param name stands in topic names: a letter or digit, then at most 99 of letters, digits, {@code .}, {@code _},
 *     {@code -}
 * @param endpoint the path of the API whose requests it answers
 * @param dimensions length of its vectors
 * @param maxInputTokens the longest input, counted in the model's tokens
 * @param path file of the ONNX model; empty for the one that comes along
 * @param tokenizerPath file of the tokenizer; empty for the one that comes along
 * @param maxBatchSize most texts in one run
 * @param maxBatchDelay longest wait of a text for others to share its run
 * @param threads threads that run the model; 0 for one per core
 */
public record ModelSettings(
        @Setting(value = "all-minilm-l6-v2", doc = "Name in requests and topic names.")
        String name,

        @Setting(value = "/v1/embeddings", doc = "Path of the API whose requests it answers.")
        String endpoint,

        @Setting(value = "384", doc = "Length of its vectors.")
        int dimensions,

        @Setting(value = "256", doc = "Longest input in tokens; longer ones fail.")
        int maxInputTokens,

        @Setting(doc = "File of the ONNX model; empty for the built-in MiniLM.")
        String path,

        @Setting(doc = "File of the tokenizer (tokenizer.json); empty for the built-in one.")
        String tokenizerPath,

        @Setting(value = "16", doc = "Most texts in one run of the model.")
        int maxBatchSize,

        @Setting(value = "2ms", doc = "Longest wait of a text for others to share its run.")
        Duration maxBatchDelay,

        @Setting(value = "0", doc = "Threads that run the model; 0 for one per core.")
        int threads) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Checks the bounds. */
    public ModelSettings {
        if (!NAME.matcher(name).matches()) {
            throw ConfigException.invalid(
                    "name", name, "a letter or digit, then at most 99 letters, digits, '.', '_' or '-'");
        }
        if (!endpoint.startsWith("/")) {
            throw ConfigException.invalid("endpoint", endpoint, "a path that begins with /");
        }
        requirePositive("dimensions", dimensions);
        requirePositive("max_input_tokens", maxInputTokens);
        requirePositive("max_batch_size", maxBatchSize);
        if (maxBatchDelay.isNegative()) {
            throw ConfigException.invalid("max_batch_delay", maxBatchDelay, "at least 0ms");
        }
        if (threads < 0) {
            throw ConfigException.invalid("threads", threads, "at least 0");
        }
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "at least 1");
        }
    }
}
