package io.millrace.standalone.config;

import io.millrace.assembler.AssemblerSettings;
import io.millrace.edge.EdgeSettings;
import io.millrace.publisher.PublisherSettings;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.Setting;
import io.millrace.worker.WorkerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be configured; one file serves {@code millrace up} and each service alone.
 *
 * @param kafka the cluster; without an address, {@code millrace up} manages a broker of its own
 * @param http the public port
 * @param admin health and metrics
 * @param dataDir where everything lies that must survive
 * @param topics how topics are made
 * @param models what is served
 * @param edge what the edge does
 * @param assembler what the assembler does
 * @param worker what the worker does
 * @param publisher what the publisher does
 */
public record MillraceConfig(
        KafkaSettings kafka,

        @Setting(value = "{port: 8080}", doc = "Where clients connect.")
        HttpSettings http,

        @Setting(value = "{port: 8081}", doc = "Where operators find health and metrics.")
        HttpSettings admin,

        @Setting(doc = "Folder for everything that must survive a restart; empty for the user's data folder.")
        Path dataDir,

        TopicsSettings topics,
        @Setting(value = "[{}]", doc = "What is served.") List<ModelSettings> models,

        EdgeSettings edge,
        AssemblerSettings assembler,
        WorkerSettings worker,
        PublisherSettings publisher) {
    /** What stands beside the content in a record: its other fields, headers, and Kafka's own. */
    private static final long RECORD_OVERHEAD = 64 << 10;

    /** Checks what concerns several sections, and keeps a copy. */
    public MillraceConfig {
        models = List.copyOf(models);
        requireRoom("edge.chunk_size", edge.chunkSize(), topics);
        requireRoom("edge.max_body_size", edge.maxBodySize(), topics);
        requireRoom("worker.max_result_size", worker.maxResultSize(), topics);
    }

    private static void requireRoom(String key, ByteSize size, TopicsSettings topics) {
        long most = topics.maxRecordSize().bytes() - RECORD_OVERHEAD;
        if (size.bytes() > most) {
            throw ConfigException.invalid(
                    key, size, "at most " + new ByteSize(most) + ", 64KiB below topics.max_record_size");
        }
    }

    /** The data folder: the configured one, or the user's own by the XDG rules. */
    public Path dataFolder(Map<String, String> environment, Path home) {
        if (!dataDir.toString().isEmpty()) {
            return dataDir.toAbsolutePath();
        }
        String share = environment.getOrDefault("XDG_DATA_HOME", "");
        return (share.isEmpty() ? home.resolve(".local/share") : Path.of(share)).resolve("millrace");
    }
}
