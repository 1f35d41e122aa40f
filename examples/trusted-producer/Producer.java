import com.google.protobuf.Message;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Submits a JSONL file as a job by writing its chunks straight to Kafka.
 *
 * <p>{@code java --class-path schemas.jar:kafka-clients.jar:protobuf-java.jar:slf4j-api.jar Producer.java BROKER UPLOAD_ID FILE}
 */
public final class Producer {
    private static final String TOPIC = "millrace.chunks";
    private static final String TENANT = "default";
    private static final int CHUNK = 256 * 1024;

    public static void main(String[] args) throws Exception {
        String uploadId = args[1];
        byte[] content = Files.readAllBytes(Path.of(args[2]));
        // One partition holds all records of the upload, and idempotence keeps their order.
        Map<String, Object> config =
                Map.of("bootstrap.servers", args[0], "acks", "all", "enable.idempotence", true, "compression.type", "none");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(control("open", uploadId, open(uploadId, content.length)));
            for (int from = 0; from < content.length; from += CHUNK) {
                byte[] chunk = java.util.Arrays.copyOfRange(content, from, Math.min(content.length, from + CHUNK));
                producer.send(data(uploadId, from, chunk)).get();
            }
        }
        System.out.println(uploadId);
    }

    /** The length is known, so the upload is complete when its last byte has come, and its job begins. */
    private static UploadOpen open(String uploadId, long length) {
        return UploadOpen.newBuilder()
                .setTenant(TENANT)
                .setUploadId(uploadId)
                .setProtocolValue(6)
                .setLength(length)
                .setPurpose("batch")
                .setFilename("requests.jsonl")
                .setCreatedAtMs(System.currentTimeMillis())
                .setJob(JobParameters.newBuilder()
                        .setEndpoint("/v1/embeddings")
                        .setCompletionWindow("1h")
                        .setCompletionWindowMs(3_600_000))
                .build();
    }

    private static ProducerRecord<String, byte[]> control(String kind, String uploadId, Message message) {
        return record(kind, uploadId, message.toByteArray());
    }

    private static ProducerRecord<String, byte[]> data(String uploadId, long offset, byte[] chunk) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(chunk);
        ProducerRecord<String, byte[]> record = record("data", uploadId, chunk);
        header(record, "millrace-offset", Long.toString(offset));
        header(record, "millrace-crc32c", Long.toString(crc.getValue()));
        return record;
    }

    private static ProducerRecord<String, byte[]> record(String kind, String uploadId, byte[] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(TOPIC, uploadId, value);
        header(record, "millrace-kind", kind);
        header(record, "millrace-tenant", TENANT);
        return record;
    }

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.US_ASCII));
    }
}
