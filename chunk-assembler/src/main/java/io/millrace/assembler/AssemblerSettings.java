package io.millrace.assembler;

import io.millrace.assembler.expansion.ExpansionSettings;
import io.millrace.assembler.life.LifeSettings;
import io.millrace.runtime.config.ByteSize;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.streams.StreamsSettings;
import java.time.Duration;

/**
 * The section {@code assembler} of the configuration.
 *
 * @param internal where other services ask
 * @param advertisedAddress under which other assemblers reach {@code internal}; empty for its own host and port
 * @param life how long uploads and files live
 * @param maxRecordSize the largest record written; a longer chunk is left out of its dead letter
 */
public record AssemblerSettings(
        @Setting(value = "{port: 8091}", doc = "Where the edges ask how far an upload is.")
        HttpSettings internal,

        @Setting(doc = "HOST:PORT under which other assemblers reach `internal`; empty for its own host and port.")
        String advertisedAddress,

        @Setting(
                value = "{threads: 1}",
                doc =
                        "The Streams application that puts uploads together; requests of jobs appear with its commits. Each "
                                + "thread commits for itself, so one is faster until it is busy all the time.")
        StreamsSettings streams,

        @Setting(
                value = "8MiB",
                doc = "Largest record written; `max.message.bytes` of lanes and dead letters must be as much.")
        ByteSize maxRecordSize,

        @Setting(value = "10000", doc = "Queries that may wait for their answer at a time.")
        int maxWaitingQueries,

        @Setting(doc = "How long uploads and files live.") LifeSettings life,

        @Setting(doc = "How files of jobs become requests.") ExpansionSettings expansion) {

    /** Checks the bounds. */
    public AssemblerSettings {
        if (maxWaitingQueries < 1) {
            throw ConfigException.invalid("max_waiting_queries", maxWaitingQueries, "more than 0");
        }
        if (maxRecordSize.bytes() < 1 << 20 || maxRecordSize.bytes() > 1 << 30) {
            throw ConfigException.invalid("max_record_size", maxRecordSize, "1MiB to 1GiB");
        }
        if (expansion.maxLine().bytes() > maxRecordSize.bytes() / 2) {
            throw ConfigException.invalid(
                    "expansion.max_line", expansion.maxLine(), "at most half of max_record_size, " + maxRecordSize);
        }
        if (!advertisedAddress.isEmpty() && !advertisedAddress.matches("[^:/ ]+:\\d+")) {
            throw ConfigException.invalid("advertised_address", advertisedAddress, "HOST:PORT");
        }
    }

    /** The same settings for an instance with this folder and address. */
    public AssemblerSettings at(String folder, HttpSettings address) {
        return with(address, streams.in(folder), life);
    }

    /** Its fixed name; empty for none. */
    public String instanceId() {
        return streams.instanceId();
    }

    /** The same settings with a fixed name. */
    public AssemblerSettings named(String instance) {
        return with(internal, streams.named(instance), life);
    }

    /** The same settings, with files kept as long as this. */
    public AssemblerSettings keepingFilesFor(Duration retention) {
        return with(internal, streams, life.keepingFilesFor(retention));
    }

    private AssemblerSettings with(HttpSettings address, StreamsSettings application, LifeSettings lives) {
        return new AssemblerSettings(
                address, advertisedAddress, application, maxRecordSize, maxWaitingQueries, lives, expansion);
    }
}
