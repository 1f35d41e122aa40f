package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import io.millrace.testing.link.Direction;
import io.millrace.testing.link.FlakyLink;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
class ChunkPathIT {
    @TempDir
    static Path folder;

    private static AllServices services;

    @BeforeAll
    static void start(KafkaCluster cluster) throws InterruptedException {
        services = AllServices.start(cluster, folder);
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void shouldKeepEveryByteOfAnUploadWhoseLinkBreaksTwice(KafkaCluster cluster) throws Exception {
        // given
        byte[] content = new byte[3_000_000];
        new Random(11).nextBytes(content);
        Path file = Files.write(folder.resolve("random.bin"), content);
        NoAcknowledgedByteResent guarantee = new NoAcknowledgedByteResent();

        // when
        UploadCounts counts;
        try (FlakyLink link = FlakyLink.to(services.port());
                MillraceClient client = AllServices.client(link.port())) {
            link.cutAfterBytes(Direction.UP, 700_000);
            Submission submission = new UploadJournal(folder.resolve("uploads"))
                    .open(client.options().server(), file);
            counts = client.upload(new SecondCut(guarantee, link, 900_000)).send(submission);
        }

        // then
        Guarantee.requireAll(guarantee);
        assertThat(counts.interruptions()).isGreaterThanOrEqualTo(2);
        assertThat(contentInKafka(cluster, counts.fileId(), content.length)).isEqualTo(content);
        assertThat(get("/v1/files/" + counts.fileId()))
                .contains("\"status\":\"processed\"", "\"bytes\":" + content.length);
    }

    private static String get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI target = URI.create("http://127.0.0.1:" + services.port() + path);
            return http.send(HttpRequest.newBuilder(target).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    /** Puts the upload's data records together as they say themselves; the first bytes of a place win. */
    private static byte[] contentInKafka(KafkaCluster cluster, String upload, int length) {
        byte[] content = new byte[length];
        List<ConsumerRecord<String, byte[]>> records = recordsOf(cluster, upload);
        for (ConsumerRecord<String, byte[]> record : records.reversed()) {
            int offset = Integer.parseInt(ChunkHeaders.requiredText(record.headers(), ChunkHeaders.OFFSET));
            System.arraycopy(record.value(), 0, content, offset, record.value().length);
        }
        return content;
    }

    private static List<ConsumerRecord<String, byte[]>> recordsOf(KafkaCluster cluster, String upload) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                cluster.clientConfig(Map.of()), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.CHUNKS).stream()
                    .map(partition -> new TopicPartition(Topics.CHUNKS, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (upload.equals(record.key())
                            && ChunkHeaders.requiredText(record.headers(), ChunkHeaders.KIND)
                                    .equals(RecordKind.DATA.headerValue())) {
                        found.add(record);
                    }
                });
            }
        }
        return found;
    }
}
