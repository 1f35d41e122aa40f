package io.millrace.bench;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.worker.lane.ShareGroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a plain program would put between a question and its answer: produce, share-consume, produce, consume. A question is
 * acknowledged after its answer is durable, as in Millrace.
 */
final class PlainChain implements AutoCloseable {
    private static final String QUESTIONS = "plain.questions";
    private static final String ANSWERS = "plain.answers";
    private static final String GROUP = "plain-chain";
    private static final int PARTITIONS = 4;
    private static final int WORKERS = 2;
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings kafka;
    private final List<byte[]> answers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Thread> workers;
    private volatile boolean stopped;

    /**
     * Makes the topics and starts the programs in the middle.
     *
     * @param answers given in turns; so many that a compressed batch of them is not smaller than it would be in earnest
     */
    PlainChain(KafkaSettings kafka, List<byte[]> answers) {
        this.kafka = kafka;
        this.answers = answers;
        try (TopicProvisioner topics = new TopicProvisioner(kafka)) {
            topics.create(List.of(
                    new TopicDefinition(QUESTIONS, PARTITIONS, (short) 1, Map.of()),
                    new TopicDefinition(ANSWERS, PARTITIONS, (short) 1, Map.of())));
        }
        ShareGroups.configure(kafka, List.of(GROUP), Duration.ofSeconds(30));
        producer = producer();
        consumer =
                new KafkaConsumer<>(kafka.client(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(ANSWERS, partition))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        workers = IntStream.range(0, WORKERS)
                .mapToObj(n -> Thread.ofPlatform().name("plain-" + n).start(this::answerAll))
                .toList();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                kafka.client(Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 << 10,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd",
                        ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG,
                        1)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void answerAll() {
        Map<String, Object> config = kafka.client(Map.of(ConsumerConfig.GROUP_ID_CONFIG, GROUP));
        try (KafkaShareConsumer<byte[], byte[]> taker =
                        new KafkaShareConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> giver = producer()) {
            taker.subscribe(List.of(QUESTIONS));
            while (!stopped) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> question : taker.poll(POLL)) {
                    sent.add(giver.send(
                            new ProducerRecord<>(ANSWERS, answers.get((int) (question.offset() % answers.size())))));
                }
                for (Future<RecordMetadata> written : sent) {
                    written.get();
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer could not be written", e.getCause());
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends these questions and waits for their answers; questions per second. */
    double perSecond(List<byte[]> questions) {
        long began = System.nanoTime();
        Thread.ofPlatform().name("plain-sender").start(() -> {
            for (byte[] question : questions) {
                var unused = producer.send(new ProducerRecord<>(QUESTIONS, question));
            }
            producer.flush();
        });
        int answered = 0;
        while (answered < questions.size()) {
            answered += consumer.poll(POLL).count();
        }
        return questions.size() / ((System.nanoTime() - began) / 1e9);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        consumer.close();
    }
}
