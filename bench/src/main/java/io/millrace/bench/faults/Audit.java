package io.millrace.bench.faults;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.bench.faults.Http.Ask;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.deployment.Deployment;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks at the end of a run into Kafka for what no client could see: calls without an answer, and what chunks take. */
final class Audit {
    private static final Duration OUTCOME_BOUND = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(10);

    private final Deployment deployment;
    private final Http edges;
    private final Watch watch;

    Audit(Deployment deployment, Http edges, Watch watch) {
        this.deployment = deployment;
        this.edges = edges;
        this.watch = watch;
    }

    /** Every call that stands in the log must have its outcome, also where its client has heard nothing. */
    void calls() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + OUTCOME_BOUND.toNanos();
        Deque<String> open = new ArrayDeque<>(acceptedCalls());
        open.removeIf(watch::isAnswered);
        open.forEach(watch.requests::expect);
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            String request = open.removeFirst();
            if (!hasOutcome(request)) {
                // The others first: one that was not put into its lane ends at its deadline.
                open.addLast(request);
                Http.pause();
            }
        }
    }

    /** How many bytes the topic of chunks takes, in one of its copies. */
    void chunks(Admin admin) throws InterruptedException, ExecutionException {
        List<Integer> brokers = List.of(1, 2, 3);
        Map<TopicPartition, Long> sizes = new java.util.HashMap<>();
        for (Map<String, LogDirDescription> ofBroker :
                admin.describeLogDirs(brokers).allDescriptions().get().values()) {
            for (LogDirDescription folder : ofBroker.values()) {
                folder.replicaInfos().forEach((partition, replica) -> keep(sizes, partition, replica));
            }
        }
        watch.written.stored(sizes.values().stream().mapToLong(Long::longValue).sum());
    }

    private static void keep(Map<TopicPartition, Long> sizes, TopicPartition partition, ReplicaInfo replica) {
        if (partition.topic().equals(Topics.CHUNKS)) {
            sizes.merge(partition, replica.size(), Math::max);
        }
    }

    private boolean hasOutcome(String request) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = edges.once(Ask.get("/v1/requests/" + request), ANSWER_BOUND, edges.turn());
            if (answer.headers().firstValue("Millrace-Request-Id").isPresent()) {
                String outcome = answer.statusCode() == 200 ? "succeeded, unheard" : "failed, " + answer.statusCode();
                watch.requests.answered(request, outcome);
                watch.count("outcome of calls: " + outcome);
                return true;
            }
        } catch (IOException e) {
            watch.count("audit: " + e.getClass().getSimpleName());
        }
        return false;
    }

    private Set<String> acceptedCalls() throws IOException {
        Set<String> accepted = new HashSet<>();
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                deployment.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.partitionsFor(Topics.RESULTS_CALLS)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    StreamEvent event = parse(record);
                    if (event.hasCallAccepted()) {
                        accepted.add(Ids.request(event.getStreamId(), 0));
                    }
                }
            }
        }
        return accepted;
    }

    private static StreamEvent parse(ConsumerRecord<byte[], byte[]> record) throws IOException {
        try {
            return StreamEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("a record of calls cannot be read", e);
        }
    }
}
