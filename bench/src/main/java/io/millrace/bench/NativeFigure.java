package io.millrace.bench;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.MillraceClient;
import io.millrace.client.NativeOptions;
import io.millrace.client.NativeOptions.Codec;
import io.millrace.client.UploadListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A file over one connection of the native protocol, beside a plain Kafka producer that writes records of the same size into one
 * partition of the same broker, in turns.
 */
final class NativeFigure {
    private static final int RECORD = 256 << 10;
    private static final double TARGET = 0.6;
    /** Small records that go before, by both ways: large ones alone would take minutes until the compilers leave the cores. */
    private static final int WARM_UP_RECORDS = 65_536;

    private static final int WARM_UP_RECORD = 4 << 10;
    /** Rounds that do not count. */
    private static final int UNCOUNTED = 3;

    private static final String PLAIN_TOPIC = "bench.plain";
    private static final UploadListener QUIET = (reason, delay) -> System.out.println("  interrupted: " + reason);

    private NativeFigure() {}

    static List<Figure> measure(Path root, int megabytes, int rounds)
            throws IOException, InterruptedException, ClientException, ExecutionException {
        Path file = Files.createTempFile("millrace-bench-native", ".bin");
        byte[] noise = new byte[RECORD];
        new SplittableRandom(5).nextBytes(noise);
        int records = (int) (megabytes * 1_000_000L / RECORD);
        try (MillraceProcess millrace = MillraceProcess.start(root);
                MillraceClient client = new MillraceClient(ClientOptions.of(millrace.address()))) {
            try (var out = Files.newOutputStream(file)) {
                for (int i = 0; i < records; i++) {
                    out.write(noise);
                }
            }
            List<Double> own = new ArrayList<>();
            List<Double> plain = new ArrayList<>();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", millrace.brokers()))) {
                admin.createTopics(List.of(new NewTopic(PLAIN_TOPIC, 1, (short) 1)))
                        .all()
                        .get();
            }
            warmUp(millrace, client);
            for (int round = 0; round < UNCOUNTED + rounds; round++) {
                plain.add(produce(millrace.brokers(), noise, records));
                own.add(upload(client, file, RECORD, "bench-" + round));
                System.out.printf(
                        "  round %d: plain producer %.1f MB/s, native %.1f MB/s%n",
                        round, plain.getLast(), own.getLast());
            }
            double share = median(own.subList(UNCOUNTED, own.size())) / median(plain.subList(UNCOUNTED, plain.size()));
            return List.of(new Figure(
                    "native protocol, one connection, share of a plain producer",
                    share,
                    "",
                    TARGET,
                    Figure.Bound.AT_LEAST));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void warmUp(MillraceProcess millrace, MillraceClient client)
            throws IOException, InterruptedException, ClientException {
        byte[] small = new byte[WARM_UP_RECORD];
        double plain = produce(millrace.brokers(), small, WARM_UP_RECORDS);
        Path file = Files.createTempFile("millrace-bench-warm-up", ".bin");
        try {
            Files.write(file, new byte[WARM_UP_RECORDS * WARM_UP_RECORD]);
            double own = upload(client, file, WARM_UP_RECORD, "warm-up");
            System.out.printf("  warm-up: plain producer %.1f MB/s, native %.1f MB/s%n", plain, own);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static double produce(String brokers, byte[] record, int count) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", brokers, "acks", "all", "compression.type", "none", "max.request.size", 4 << 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.partitionsFor(PLAIN_TOPIC);
            long began = System.nanoTime();
            for (int i = 0; i < count; i++) {
                var unused = producer.send(new ProducerRecord<>(PLAIN_TOPIC, 0, null, record));
            }
            producer.flush();
            return rate((long) count * record.length, began);
        }
    }

    private static double upload(MillraceClient client, Path file, int chunk, String key)
            throws IOException, InterruptedException, ClientException {
        long began = System.nanoTime();
        client.nativeUpload(QUIET)
                .send(file, NativeOptions.file(key).withChunkSize(chunk).withCodec(Codec.IDENTITY));
        return rate(Files.size(file), began);
    }

    private static double rate(long bytes, long began) {
        return bytes / 1e6 / ((System.nanoTime() - began) / 1e9);
    }

    private static double median(List<Double> rates) {
        return Quantiles.of(rates).p50();
    }
}
