package io.millrace.runtime.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A model that is served, and how.
 *
 * @param name stands in topic names: a letter or digit, then at most 99 of letters, digits, {@code .}, {@code _},
 *     {@code -}
 * @param backend what runs it
 * @param endpoints the paths of the API whose requests it answers; at least one
 * @param dimensions length of its vectors; a model server knows its own
 * @param maxInputTokens the longest input, counted in the model's tokens
 * @param path file of the ONNX model; empty for the one that comes along
 * @param tokenizerPath file of the tokenizer; empty for the one that comes along
 * @param maxBatchSize most texts in one run
 * @param maxBatchDelay longest wait of a text for others to share its run
 * @param threads threads that run the model; 0 for one per core
 * @param onnx how ONNX Runtime runs it
 * @param openai how its model server is used
 */
public record ModelSettings(
        @Setting(value = "all-minilm-l6-v2", doc = "Name in requests and topic names.")
        String name,

        @Setting(
                value = "onnx",
                doc =
                        "What runs it: `onnx`, ONNX Runtime in the worker; or `openai`, a server that speaks OpenAI's protocol.")
        ModelBackend backend,

        @Setting(
                doc =
                        "Paths of the API whose requests it answers. For `onnx` one: `/v1/embeddings` (also when empty) or"
                                + " `/v1/classify`. For `openai` empty for all: `/v1/chat/completions`, `/v1/completions` and"
                                + " `/v1/embeddings`.")
        List<String> endpoints,

        @Setting(value = "384", doc = "Length of its vectors; for `onnx`.")
        int dimensions,

        @Setting(
                value = "256",
                doc = "Longest input in tokens; longer ones fail. For `onnx`, like all that follow but `openai`.")
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
        int threads,

        @Setting(doc = "How ONNX Runtime runs it.") OnnxSettings onnx,

        @Setting(doc = "The server that runs it, for `openai`.")
        OpenAiSettings openai) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Checks the bounds. */
    public ModelSettings {
        if (!NAME.matcher(name).matches()) {
            throw ConfigException.invalid(
                    "name", name, "a letter or digit, then at most 99 letters, digits, '.', '_' or '-'");
        }
        endpoints = endpoints.isEmpty() ? backend.usualEndpoints() : List.copyOf(endpoints);
        for (String endpoint : endpoints) {
            if (!backend.endpoints().contains(endpoint)) {
                throw ConfigException.invalid("endpoints", endpoint, String.join(", ", backend.endpoints()));
            }
        }
        if (backend == ModelBackend.ONNX && endpoints.size() > 1) {
            throw ConfigException.invalid("endpoints", endpoints, "one of them: a model is an encoder or a classifier");
        }
        if (endpoints.contains(ModelBackend.CLASSIFY) && onnx.labels().isEmpty()) {
            throw ConfigException.invalid(
                    "onnx.labels", onnx.labels(), "one label for each of the classifier's outputs");
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

    /** How many threads run it: as many as are set, or one for each core. */
    public int threadCount() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw ConfigException.invalid(key, value, "at least 1");
        }
    }
}
