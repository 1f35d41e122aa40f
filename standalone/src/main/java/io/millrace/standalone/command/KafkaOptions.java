package io.millrace.standalone.command;

import io.millrace.broker.LocalBroker;
import io.millrace.runtime.Logging;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.standalone.config.MillraceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Kafka cluster an operator's command works on. */
final class KafkaOptions {
    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "The cluster. Default: the configured one, else the broker that 'millrace up' runs.")
    private @Nullable String kafka;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The data folder of the 'millrace up' whose broker is meant.")
    private @Nullable Path dataDir;

    /** The whole configuration, with these options over it. */
    MillraceConfig load() {
        Logging.onlyFailuresOfKafka();
        List<String> own = new ArrayList<>();
        if (kafka != null) {
            own.add("kafka.bootstrap.servers=" + kafka);
        }
        if (dataDir != null) {
            own.add("data_dir=" + dataDir);
        }
        return config.load(own);
    }

    /**
     * How to reach the cluster.
     *
     * @throws ConfigException if none is configured and no broker was ever managed in the data folder
     */
    static KafkaSettings kafka(MillraceConfig config) {
        if (config.kafka().hasBootstrapServers()) {
            return config.kafka();
        }
        Path folder = config.dataFolder(System.getenv(), Path.of(System.getProperty("user.home")));
        return LocalBroker.addressOf(folder.resolve("broker"))
                .map(KafkaSettings::at)
                .orElseThrow(() -> ConfigException.missing(
                        "kafka.bootstrap.servers",
                        "HOST:PORT (or --kafka HOST:PORT, or --data-dir of a running 'millrace up')"));
    }
}
