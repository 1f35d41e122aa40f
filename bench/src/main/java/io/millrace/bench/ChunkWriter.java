package io.millrace.bench;

import com.google.protobuf.ByteString;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes uploads straight into the topic of chunks. */
final class ChunkWriter implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;

    ChunkWriter(KafkaSettings kafka) {
        producer = new KafkaProducer<>(
                kafka.client(Map.of(ProducerConfig.LINGER_MS_CONFIG, 5)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Complete uploads whose pieces lie between each other's; returns where each one's pieces are. */
    List<List<RecordReader.Address>> interleaved(int uploads, int pieces, int pieceBytes)
            throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] piece = new byte[pieceBytes];
        List<String> ids = new ArrayList<>();
        List<List<RecordReader.Address>> where = new ArrayList<>();
        for (int i = 0; i < uploads; i++) {
            ids.add(create((long) pieces * pieceBytes));
            where.add(new ArrayList<>());
        }
        for (int at = 0; at < pieces; at++) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String id : ids) {
                random.nextBytes(piece);
                ProducerRecord<byte[], byte[]> record = record(id, RecordKind.DATA, piece.clone());
                ChunkHeaders.put(record.headers(), ChunkHeaders.OFFSET, Long.toString((long) at * pieceBytes));
                sent.add(producer.send(record));
            }
            for (int i = 0; i < uploads; i++) {
                RecordMetadata written = sent.get(i).get();
                where.get(i).add(new RecordReader.Address(written.partition(), written.offset(), pieceBytes));
            }
        }
        return where;
    }

    /** Uploads that are open and have some bytes. */
    void open(int uploads) throws InterruptedException, ExecutionException {
        for (int i = 0; i < uploads; i++) {
            ProducerRecord<byte[], byte[]> record = record(
                    create(1_000_000),
                    RecordKind.DATA,
                    ByteString.copyFromUtf8("bytes").toByteArray());
            ChunkHeaders.put(record.headers(), ChunkHeaders.OFFSET, "0");
            var unused = producer.send(record);
        }
        producer.flush();
    }

    private String create(long length) {
        String id = Ids.create(Ids.FILE, System.currentTimeMillis());
        UploadOpen open = UploadOpen.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setUploadId(id)
                .setLength(length)
                .setFilename("lines.jsonl")
                .setCreatedAtMs(System.currentTimeMillis())
                .build();
        var unused = producer.send(record(id, RecordKind.OPEN, open.toByteArray()));
        return id;
    }

    private static ProducerRecord<byte[], byte[]> record(String id, RecordKind kind, byte[] value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.CHUNKS, id.getBytes(StandardCharsets.UTF_8), value);
        ChunkHeaders.put(record.headers(), ChunkHeaders.KIND, kind.headerValue());
        ChunkHeaders.put(record.headers(), ChunkHeaders.TENANT, Tenant.DEFAULT);
        return record;
    }

    @Override
    public void close() {
        producer.close();
    }
}
