package io.millrace.bench;

import io.millrace.assembler.AssemblerMain;
import io.millrace.assembler.AssemblerService;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.runtime.kafka.TopicDefinition;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.TenantUsage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** What the assembler's references cost: reading back by them, their size, their restoration. */
final class AssemblerFigures {
    private static final int PARTITIONS = 4;
    private static final int UPLOADS = 50;
    private static final int OPEN_UPLOADS = 10_000;
    private static final int PIECE = 256 << 10;
    private static final int PIECES_PER_READ = 4;

    private final KafkaSettings kafka;
    private final Path folder;

    private AssemblerFigures(KafkaSettings kafka, Path folder) {
        this.kafka = kafka;
        this.folder = folder;
    }

    static List<Figure> measure(int megabytes) throws Exception {
        Path folder = Files.createTempDirectory("millrace-bench-assembler");
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder.resolve("broker")))) {
            KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
            try (TopicProvisioner topics = new TopicProvisioner(kafka)) {
                topics.create(Stream.of(Topics.CHUNKS, Topics.LINKS, Topics.RESULTS_JOBS, Topics.DEAD_LETTERS)
                        .map(topic -> new TopicDefinition(topic, PARTITIONS, (short) 1, Map.of()))
                        .toList());
            }
            return new AssemblerFigures(kafka, folder).all(megabytes);
        } finally {
            delete(folder);
        }
    }

    private List<Figure> all(int megabytes) throws Exception {
        List<Figure> figures = new ArrayList<>();
        try (ChunkWriter writer = new ChunkWriter(kafka)) {
            int pieces = Math.max(1, (int) (megabytes * 1_000_000L / UPLOADS / PIECE));
            List<List<RecordReader.Address>> uploads = writer.interleaved(UPLOADS, pieces, PIECE);
            figures.addAll(reading(uploads));
            figures.add(state((long) UPLOADS * pieces * PIECE));
            figures.add(restoring(writer));
        }
        return figures;
    }

    /** Reads every file from its beginning to its end, one after the other. */
    private List<Figure> reading(List<List<RecordReader.Address>> uploads)
            throws InterruptedException, RecordGoneException, JMException {
        try (RecordReader reader = new RecordReader(kafka, "bench-reader", Topics.CHUNKS, 2)) {
            long bytes = 0;
            long begin = System.nanoTime();
            for (List<RecordReader.Address> upload : uploads) {
                for (int from = 0; from < upload.size(); from += PIECES_PER_READ) {
                    List<RecordReader.Address> some =
                            upload.subList(from, Math.min(upload.size(), from + PIECES_PER_READ));
                    for (byte[] value : reader.read(some)) {
                        bytes += value.length;
                    }
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double fetched = fetchedBytes();
            System.out.printf("  %d bytes read, %.0f fetched, in %.2f s%n", bytes, fetched, seconds);
            return List.of(
                    new Figure(
                            "read amplification of 50 interleaved uploads, 256 KiB pieces",
                            fetched / bytes,
                            "",
                            1.5,
                            Figure.Bound.AT_MOST),
                    new Figure(
                            "reading files back by reference, 256 KiB pieces",
                            bytes / 1e6 / seconds,
                            "MB/s",
                            100,
                            Figure.Bound.AT_LEAST));
        }
    }

    /** What the readers' connections brought. */
    private static double fetchedBytes() throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        double sum = 0;
        for (ObjectName client : beans.queryNames(
                new ObjectName("kafka.consumer:type=consumer-metrics,client-id=bench-reader-*"), null)) {
            sum += ((Number) beans.getAttribute(client, "incoming-byte-total")).doubleValue();
        }
        return sum;
    }

    private Figure state(long payload) throws Exception {
        try (Assembler assembler = new Assembler()) {
            assembler.waitFor(UPLOADS, "completed");
        }
        long state = stateBytes();
        System.out.printf("  %d bytes of state for %d bytes in %d uploads%n", state, payload, UPLOADS);
        return new Figure(
                "assembler state per payload byte, 256 KiB pieces",
                (double) state / payload,
                "",
                0.005,
                Figure.Bound.AT_MOST);
    }

    /** The stores are closed, so all is in their files. */
    private long stateBytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Figure restoring(ChunkWriter writer) throws Exception {
        writer.open(OPEN_UPLOADS);
        try (Assembler assembler = new Assembler()) {
            assembler.waitFor(OPEN_UPLOADS, "opened");
        }
        delete(folder.resolve("state"));
        long begin = System.nanoTime();
        try (Assembler assembler = new Assembler()) {
            assembler.waitForOpenUploads(OPEN_UPLOADS);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "  ready after %.2f s, of which %.2f s restoring%n",
                    seconds,
                    assembler
                            .context
                            .meters()
                            .get("millrace.streams.restore")
                            .gauge()
                            .value());
            return new Figure(
                    "start with 10,000 open uploads and no state folder", seconds, "s", 10, Figure.Bound.AT_MOST);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** An assembler in this process, ready. */
    private final class Assembler implements AutoCloseable {
        private final ServiceContext context = ServiceContext.create();
        private final AssemblerService service;

        Assembler() {
            AssemblerMain.Config config = ConfigLoader.load(
                    AssemblerMain.Config.class,
                    new ConfigSources(
                            null,
                            Map.of(),
                            List.of(
                                    "assembler.streams.state_dir=" + folder.resolve("state"),
                                    "assembler.internal.port=0")));
            service = AssemblerService.start(config.assembler(), kafka, config.models(), context);
            while (!context.health().ready()) {
                pause();
            }
        }

        /** Until so many uploads had this happen to them. */
        void waitFor(int uploads, String event) {
            while (context.meters()
                            .get("millrace.assembler.uploads")
                            .tag("event", event)
                            .counter()
                            .count()
                    < uploads) {
                pause();
            }
        }

        /** Until it answers that there are so many. */
        void waitForOpenUploads(int uploads) throws IOException, InterruptedException {
            HttpRequest usage = HttpRequest.newBuilder(URI.create(service.address() + "/internal/v1/usage"))
                    .header(Tenant.HTTP_HEADER, Tenant.DEFAULT)
                    .build();
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<byte[]> answer = http.send(usage, HttpResponse.BodyHandlers.ofByteArray());
                while (answer.statusCode() != 200
                        || TenantUsage.parseFrom(answer.body()).getOpenUploads() != uploads) {
                    pause();
                    answer = http.send(usage, HttpResponse.BodyHandlers.ofByteArray());
                }
            }
        }

        private static void pause() {
            LockSupport.parkNanos(20_000_000);
        }

        @Override
        public void close() {
            service.close();
            context.close();
        }
    }
}
