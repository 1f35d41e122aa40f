package io.millrace.worker;

import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.Setting;
import java.util.List;

/**
 * The configuration of a worker on its own.
 *
 * @param kafka how to reach Kafka
 * @param models what it serves
 * @param worker how it works
 * @param admin where its health and metrics are
 */
public record WorkerConfig(
        @Setting(doc = "How to reach Kafka.") KafkaSettings kafka,

        @Setting(value = "[{name: all-minilm-l6-v2}]", doc = "The models that are served.")
        List<ModelSettings> models,

        @Setting(doc = "How the worker works.") WorkerSettings worker,

        @Setting(value = "{port: 9093}", doc = "Where health and metrics are.")
        HttpSettings admin) {
    /** Keeps a copy. */
    public WorkerConfig {
        models = List.copyOf(models);
    }
}
