package io.millrace.publisher.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** The whole topology: each topic of results into its processor with its stores; what was cancelled goes to the workers. */
final class PublisherTopology {
    private PublisherTopology() {}

    /**
     * Builds it.
     *
     * @param retention how long streams are kept after their end
     * @param recent where results go that somebody will read soon
     */
    static Topology of(
            List<ResultTopic> topics,
            Duration retention,
            RecentResults recent,
            StreamListener listener,
            ProcessedOffsets processed,
            MeterRegistry registry) {
        ProcessorMeters meters = new ProcessorMeters(registry);
        Topology topology = new Topology();
        for (ResultTopic topic : topics) {
            String source = topic.name() + "-source";
            topology.addSource(
                    source,
                    Serdes.ByteArray().deserializer(),
                    Serdes.ByteArray().deserializer(),
                    topic.name());
            String processor = topic.name() + "-streams";
            topology.addProcessor(
                    processor,
                    supplier(
                            topic,
                            () -> new ResultStreamProcessor(
                                    topic,
                                    new Placement(topic.retention(), retention),
                                    recent,
                                    listener,
                                    processed,
                                    meters)),
                    source);
            topology.addSink(
                    topic.name() + "-control",
                    Topics.CONTROL,
                    Serdes.String().serializer(),
                    Serdes.ByteArray().serializer(),
                    processor);
        }
        return topology;
    }

    private static ProcessorSupplier<byte @Nullable [], byte @Nullable [], String, byte[]> supplier(
            ResultTopic topic, Supplier<ResultStreamProcessor> processors) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte @Nullable [], byte @Nullable [], String, byte[]> get() {
                return processors.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return StreamStores.of(topic.kind()).builders();
            }
        };
    }
}
