package io.millrace.bench;

import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.standalone.config.MillraceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What of a worker's heap of 256 MB is in use after collections, late in a long run beside early in it. */
final class WorkerHeapFigure {
    private static final double TARGET = 1.2;
    private static final Duration POLL = Duration.ofMillis(200);

    private WorkerHeapFigure() {}

    static List<Figure> measure(Path root, int requests) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("millrace-bench-heap");
        Path log = folder.resolve("gc.log");
        MillraceConfig config = ConfigLoader.load(MillraceConfig.class, new ConfigSources(null, Map.of(), List.of()));
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder.resolve("broker")))) {
            KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
            try (TopicProvisioner topics = new TopicProvisioner(kafka)) {
                topics.create(config.topics().definitions(config.models()));
            }
            ServiceProcess worker = ServiceProcess.start(
                    LoopBackWorker.class,
                    folder.resolve("worker.log"),
                    List.of("-Xmx256m", "-Xlog:gc:file=" + log),
                    List.of("kafka.bootstrap.servers=" + kafka.bootstrapServers()));
            try {
                answer(kafka, PipelineFigure.requests(Passages.make(root, requests)));
            } finally {
                worker.kill();
            }
            return List.of(new Figure(
                    "a worker's heap late in " + requests + " requests, times early",
                    GcLog.read(log).lateToEarly(),
                    "",
                    TARGET,
                    Figure.Bound.AT_MOST));
        } finally {
            Leftovers.remove(folder);
        }
    }

    /** Sends the requests and waits until there are so many results. */
    private static void answer(KafkaSettings kafka, List<InferenceRequest> requests) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        kafka.client(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        kafka.client(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(IntStream.range(
                            0, consumer.partitionsFor(Topics.RESULTS_JOBS).size())
                    .mapToObj(partition -> new TopicPartition(Topics.RESULTS_JOBS, partition))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            for (InferenceRequest request : requests) {
                var unused = producer.send(new ProducerRecord<>(
                        Topics.requests(MillraceProcess.MODEL, Lane.BATCH), request.toByteArray()));
            }
            int answered = 0;
            while (answered < requests.size()) {
                answered += consumer.poll(POLL).count();
            }
        }
    }
}
