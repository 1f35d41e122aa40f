package io.millrace.standalone;

import com.google.protobuf.ByteString;
import io.millrace.client.ClientException;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.standalone.operations.core.LetterFilter;
import io.millrace.standalone.operations.letters.LetterDesk;
import io.millrace.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes jobs whose one request has lost its outcome. */
final class LostRequest {
    private static final String ENDPOINT = "/v1/chat/completions";
    private static final long WINDOW_MS = 3_600_000;

    private LostRequest() {}

    /** A job whose request ran before the job was there, so that its result is a dead letter; returns its id. */
    static String make(KafkaSettings kafka, MillraceClient client, String model) throws Exception {
        String job = Ids.create(Ids.BATCH, System.currentTimeMillis());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        kafka.client(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
                LetterDesk letters = new LetterDesk(kafka, InstantSource.system())) {
            InferenceRequest request = request(job, model);
            send(producer, Topics.requests(model, Lane.BATCH), request.getRequestId(), request.toByteArray());
            Eventually.check(
                    () -> letters.read().letters(LetterFilter.of(Set.of())).stream()
                            .anyMatch(letter -> letter.streams().contains(job)),
                    "the result is a dead letter");
            for (StreamEvent event : events(job)) {
                send(producer, Topics.RESULTS_JOBS, job, event.toByteArray());
            }
        }
        Eventually.check(() -> total(client, job) == 1, "the job is there");
        return job;
    }

    private static InferenceRequest request(String job, String model) {
        return InferenceRequest.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setRequestId(Ids.request(job, 0))
                .setStream(StreamAddress.newBuilder()
                        .setKind(StreamKind.STREAM_KIND_JOB)
                        .setId(job))
                .setCustomId("lost")
                .setModel(model)
                .setEndpoint(ENDPOINT)
                .setBody(ByteString.copyFromUtf8(
                        "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"lost\"}]}"))
                .setDeadlineMs(System.currentTimeMillis() + WINDOW_MS)
                .build();
    }

    private static List<StreamEvent> events(String job) {
        long now = System.currentTimeMillis();
        StreamEvent.Builder event =
                StreamEvent.newBuilder().setTenant(Tenant.DEFAULT).setStreamId(job);
        return List.of(
                event.clone()
                        .setJobSubmitted(JobSubmitted.newBuilder()
                                .setInputFileId(Ids.create(Ids.FILE, now))
                                .setSubmittedAtMs(now)
                                .setDeadlineMs(now + WINDOW_MS))
                        .build(),
                event.clone()
                        .setExpanded(Expanded.newBuilder().setTo(1).setDeadlineMs(now + WINDOW_MS))
                        .build(),
                event.clone()
                        .setExpansionFinished(
                                ExpansionFinished.newBuilder().setTotal(1).setValid(1))
                        .build());
    }

    private static long total(MillraceClient client, String job) throws InterruptedException {
        try {
            return client.jobs(LinkListener.NONE).get(job).total();
        } catch (ClientException notYet) {
            return -1;
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }
}
