package io.millrace.worker;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.runtime.kafka.DeadLetterHeaders;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.KafkaCluster;
import io.millrace.worker.lane.ShareGroups;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The lanes of one model that no other test uses, what stands in them, and what came out. */
public final class LaneFixture implements AutoCloseable {
    private static final int PARTITIONS = 2;

    private final KafkaCluster cluster;
    private final String model;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

    /** Makes the topics. */
    public LaneFixture(KafkaCluster cluster) {
        this.cluster = cluster;
        this.model = cluster.uniqueName("model");
        Stream.of(Topics.RESULTS_JOBS, Topics.RESULTS_CALLS, Topics.DEAD_LETTERS, Topics.DELTAS, Topics.CONTROL)
                .forEach(topic -> cluster.createTopic(topic, 1));
        cluster.createTopic(Topics.CHUNKS, PARTITIONS);
        Arrays.stream(Lane.values()).forEach(lane -> cluster.createTopic(Topics.requests(model, lane), PARTITIONS));
        producer = new KafkaProducer<>(
                cluster.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                cluster.clientConfig(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(Stream.of(Topics.RESULTS_JOBS, Topics.RESULTS_CALLS, Topics.DEAD_LETTERS, Topics.DELTAS)
                .map(topic -> new TopicPartition(topic, 0))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
    }

    /** The model's name. */
    public String model() {
        return model;
    }

    /** A request for an embedding of this text. */
    public InferenceRequest request(StreamKind kind, long item, String text) {
        return InferenceRequest.newBuilder()
                .setTenant("default")
                .setRequestId("req_" + model + "_" + item)
                .setStream(StreamAddress.newBuilder().setKind(kind).setId(model))
                .setItem(item)
                .setCustomId("custom-" + item)
                .setModel(model)
                .setEndpoint("/v1/embeddings")
                .setBody(ByteString.copyFromUtf8("{\"input\": \"" + text + "\"}"))
                .setLine(item + 1)
                .build();
    }

    /** Puts a request into a lane, soon. */
    public void send(Lane lane, InferenceRequest request) {
        send(lane, request.getRequestIdBytes().toByteArray(), request.toByteArray());
    }

    /** Puts requests of a job into a lane as one record, soon. */
    public void sendTogether(Lane lane, List<InferenceRequest> requests) {
        send(lane, RequestRecords.together(requests));
    }

    /** Tells workers that this job is cancelled, soon. */
    public void cancelJob(String job) {
        Control cancel = Control.newBuilder().setCancelledJobId(job).build();
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(Topics.CONTROL, cancel.toByteArray()));
    }

    /** The pieces of this model's streamed results up to now. */
    public List<Delta> deltas() {
        return read(Topics.DELTAS)
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(model))
                .map(record -> {
                    try {
                        return Delta.parseFrom(record.value());
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    /** Writes a chunk; returns where it lies. */
    public RecordMetadata chunk(String value) throws InterruptedException, ExecutionException {
        return producer.send(new ProducerRecord<>(Topics.CHUNKS, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    /** Puts any record into a lane, soon. */
    public void send(Lane lane, byte[] key, byte[] value) {
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(Topics.requests(model, lane), key, value));
    }

    /** The results of this model's requests that were written into this topic up to now. */
    public List<Result> results(String topic) {
        return read(topic)
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(model))
                .flatMap(record -> {
                    try {
                        return ResultRecords.each(StreamEvent.parseFrom(record.value())).stream();
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    /**
     * The first result of each request that was written into this topic up to now, which is the one that counts: a request may be
     * delivered again, and has more than one then.
     */
    public List<Result> answers(String topic) {
        Set<String> answered = new HashSet<>();
        return results(topic).stream()
                .filter(result -> answered.add(result.getRequestId()))
                .toList();
    }

    /** The dead letters of this model's lanes up to now, the first of each; a record may be delivered again. */
    public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        Set<List<String>> buried = new HashSet<>();
        return read(Topics.DEAD_LETTERS)
                .filter(record -> header(record, DeadLetterHeaders.SOURCE_TOPIC).contains(model))
                .filter(record -> buried.add(List.of(
                        header(record, DeadLetterHeaders.SOURCE_TOPIC),
                        header(record, DeadLetterHeaders.SOURCE_PARTITION),
                        header(record, DeadLetterHeaders.SOURCE_OFFSET),
                        new String(record.key(), StandardCharsets.UTF_8))))
                .toList();
    }

    /** A header's text. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** Whether the lane's share group needs none of its records any more. */
    public boolean isSettled(Lane lane) throws InterruptedException, ExecutionException {
        String group = ShareGroups.name(model, lane);
        var offsets = cluster.admin()
                .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group)
                .get();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition where = new TopicPartition(Topics.requests(model, lane), partition);
            long end = cluster.admin()
                    .listOffsets(Map.of(where, OffsetSpec.latest()))
                    .partitionResult(where)
                    .get()
                    .offset();
            // The start offset may stay behind until the next write; the lag counts what is settled above it.
            if (end > 0
                    && (offsets.get(where) == null || offsets.get(where).lag().orElse(end) > 0)) {
                return false;
            }
        }
        return true;
    }

    private Stream<ConsumerRecord<byte[], byte[]>> read(String topic) {
        consumer.poll(Duration.ofMillis(20)).forEach(seen::add);
        return seen.stream().filter(record -> record.topic().equals(topic));
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
