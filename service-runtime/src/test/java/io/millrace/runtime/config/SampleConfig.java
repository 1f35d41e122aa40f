package io.millrace.runtime.config;

import java.time.Duration;
import java.util.List;

/** A configuration with everything that one can have. */
record SampleConfig(
        @Setting(value = "data", doc = "Where state lies.") String stateDir,

        KafkaSettings kafka,

        @Setting(value = "{port: 9100}", doc = "For operators.")
        HttpSettings admin,

        @Setting(doc = "What takes uploads.") Edge edge,

        @Setting(value = "[{}]", doc = "What is served.") List<ModelSettings> models) {

    record Edge(
            @Setting(value = "1GiB", doc = "Largest upload.")
            ByteSize maxUploadSize,

            @Setting(value = "15s", doc = "Longest wait.") Duration timeout,

            @Setting(value = "lazy", doc = "When to flush.") Flush flush,

            @Setting(value = "0.5", doc = "Share of the buffer.")
            double share,

            @Setting(value = "false", doc = "Whether to say more.")
            boolean verbose,

            @Setting(value = "http://127.0.0.1:1", doc = "Whom to ask.")
            List<String> addresses,

            @Setting(value = "7", doc = "Most parts.") int maxParts,

            @Setting(doc = "Opens the door.") String sharedSecret) {
        Edge {
            if (maxParts < 1) {
                throw ConfigException.invalid("max_parts", maxParts, "at least 1");
            }
        }
    }

    enum Flush {
        LAZY,
        EAGER
    }
}
