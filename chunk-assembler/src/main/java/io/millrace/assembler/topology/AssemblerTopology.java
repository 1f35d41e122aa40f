package io.millrace.assembler.topology;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.topology.Emitted.JobEvent;
import io.millrace.assembler.topology.Emitted.LaneRecord;
import io.millrace.assembler.topology.Emitted.LinkMessage;
import io.millrace.schemas.Topics;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The whole Streams application: chunks → reassembly → lanes and events of jobs. What the owners of parts and of composed
 * uploads tell each other goes through the topic of links, which has as many partitions as that of chunks.
 */
public final class AssemblerTopology {
    static final String LANES = "lanes";
    static final String JOB_EVENTS = "job-events";
    static final String LINKS = "links";

    private static final String CHUNKS = "chunks";
    private static final String LINKED = "linked";
    private static final String REASSEMBLY = "reassembly";

    private AssemblerTopology() {}

    /** Builds it. */
    public static Topology build(Surroundings surroundings) {
        TopicNameExtractor<byte[], LaneRecord> lane = (key, record, context) -> record.lane();
        Serializer<LaneRecord> requests = (topic, emitted) -> bytes(emitted.record());
        Serializer<LinkMessage> links = (topic, emitted) -> bytes(emitted.message());
        Serializer<JobEvent> events = (topic, emitted) -> bytes(emitted.event());
        return new Topology()
                .addSource(CHUNKS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.CHUNKS)
                .addSource(LINKED, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.LINKS)
                .addProcessor(REASSEMBLY, new Reassembly(surroundings), CHUNKS, LINKED)
                .addSink(LINKS, (key, message, context) -> Topics.LINKS, new ByteArraySerializer(), links, REASSEMBLY)
                .addSink(LANES, lane, new ByteArraySerializer(), requests, REASSEMBLY)
                .addSink(JOB_EVENTS, Topics.RESULTS_JOBS, new ByteArraySerializer(), events, REASSEMBLY);
    }

    private static byte[] bytes(MessageLite message) {
        return message.toByteArray();
    }

    private record Reassembly(Surroundings surroundings) implements ProcessorSupplier<byte[], byte[], byte[], Emitted> {
        @Override
        public Processor<byte[], byte[], byte[], Emitted> get() {
            return new ReassemblyProcessor(surroundings);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return StateStores.builders();
        }
    }
}
