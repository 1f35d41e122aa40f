package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.CallFrame;
import io.millrace.schemas.v1.CallSettled;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KafkaTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublisherIT {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private final List<TestSocket> sockets = new ArrayList<>();
    private String bootstrapServers;
    private Path stateDir;
    private TestTopics topics;
    private RunningPublisher publisher;

    @BeforeAll
    void start(KafkaCluster kafka, @TempDir Path folder) {
        topics = new TestTopics(kafka);
        bootstrapServers = kafka.bootstrapServers();
        stateDir = folder;
        publisher = RunningPublisher.start(bootstrapServers, stateDir.resolve("one"));
    }

    @AfterEach
    void closeSockets() {
        sockets.forEach(TestSocket::close);
        sockets.clear();
    }

    @AfterAll
    void stop() {
        publisher.close();
        topics.close();
        vertx.close();
        http.close();
    }

    @Test
    void shouldResumeWithoutGapOrRepeatWhenCutAfterEveryKthEvent() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.inTransaction(log.submitted());
        topics.inTransaction(log.expanded(0, 40));
        List<NoGapNoRepeat> subscribers = new ArrayList<>();

        // when
        for (int k = 1; k <= 5; k++) {
            long from = (k - 1) * 8L;
            List<StreamEvent> settled =
                    LongStream.range(from, from + 8).mapToObj(log::success).toList();
            for (StreamEvent each : settled.subList(0, 5)) {
                topics.send(each);
            }
            topics.send(log.together(settled));
            if (k == 5) {
                topics.inTransaction(log.expansionFinished(40, 40));
            }
            NoGapNoRepeat subscriber = new NoGapNoRepeat();
            follow(log.id(), subscriber, k, k == 5 ? Long.MAX_VALUE : 1 + from);
            subscribers.add(subscriber);
        }

        // then
        assertThat(subscribers).allSatisfy(subscriber -> {
            assertThat(subscriber.verdict().held()).isTrue();
            assertThat(subscriber.restarts()).isZero();
        });
        Guarantee.requireAll(subscribers.toArray(Guarantee[]::new));
        assertThat(results(log.id(), "?after=-1&limit=1000")).hasSize(40);
        assertThat(results(log.id(), "?after=3&limit=5")).hasSize(5).noneMatch(line -> line.contains("\"offset\":3,"));
    }

    @Test
    void shouldNumberTheSameAfterARestartAndAfterTheStateWasLost() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        RecordMetadata first = topics.send(log.submitted());
        topics.send(log.expanded(0, 5));
        for (long item : List.of(4L, 2L, 0L, 1L)) {
            topics.send(log.success(item));
        }
        List<String> before = transcript(log.id(), 10);

        // when
        topics.aborted(log.success(3));
        publisher.close();
        publisher = RunningPublisher.start(bootstrapServers, stateDir.resolve("one"));
        List<String> afterRestart = transcript(log.id(), 10);
        JobView view = job(log.id(), first.partition(), first.offset());
        String unknown = error(subscribed(inPartitionOf(log).id()));
        publisher.close();
        publisher = RunningPublisher.start(bootstrapServers, stateDir.resolve("two"));
        List<String> afterLoss = transcript(log.id(), 10);

        // then
        assertThat(afterRestart).isEqualTo(before);
        assertThat(afterLoss).isEqualTo(before);
        assertThat(unknown).isEqualTo("stream_not_found");
        assertThat(view.getState().getCounts().getCompleted()).isEqualTo(4);
        assertThat(view.getState().getStatus()).isEqualTo(JobStatus.JOB_STATUS_IN_PROGRESS);
    }

    @Test
    void shouldSendABrokenRecordToTheDeadLettersAndGoOn() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        byte[] broken = "broken".getBytes(StandardCharsets.UTF_8);

        // when
        topics.sendRaw(Topics.RESULTS_JOBS, log.id(), broken);
        topics.send(JobLog.ofJob().success(7));
        RecordMetadata submitted = topics.send(log.submitted());

        // then
        assertThat(job(log.id(), submitted.partition(), submitted.offset()).getJobId())
                .isEqualTo(log.id());
        ConsumerRecord<byte[], byte[]> dead = topics.find(Topics.DEAD_LETTERS, log.id());
        assertThat(dead.value()).isEqualTo(broken);
        assertThat(dead.headers().toArray()).isNotEmpty();
    }

    @Test
    void shouldAnswerErrorsAndLetOtherSubscriptionsGoOn() throws Exception {
        // given
        JobLog log = JobLog.ofJob();
        topics.inTransaction(log.submitted(), log.expanded(0, 3));
        TestSocket socket = socket("/v1/results", publisher.port());
        socket.send("{\"subscribe\":{\"id\":\"a\",\"stream\":\"" + log.id() + "\",\"credit\":1}}");
        assertThat(socket.nextJson().path("subscribed").path("recovered").asBoolean())
                .isTrue();
        assertThat(socket.nextJson().path("event").path("type").asText()).isEqualTo("progress");

        // when
        topics.send(log.failure(1, ErrorCode.INVALID_JSON));
        socket.send("no json");
        socket.send("{\"subscribe\":{\"id\":\"a\",\"stream\":\"" + log.id() + "\"}}");
        socket.send("{\"subscribe\":{\"id\":\"b\",\"stream\":\"nothing\"}}");
        socket.send(
                "{\"subscribe\":{\"id\":\"c\",\"stream\":\"" + JobLog.ofJob().id() + "\"}}");

        // then
        assertThat(List.of(error(socket), error(socket), error(socket), error(socket)))
                .containsExactly("invalid_json", "invalid_request", "stream_not_found", "stream_not_found");
        socket.send("{\"credit\":{\"id\":\"a\",\"n\":1}}");
        JsonNode event = socket.nextJson().path("event");
        assertThat(event.path("offset").asLong()).isEqualTo(1);
        assertThat(event.path("error").path("code").asText()).isEqualTo("invalid_json");
        assertThat(event.path("error").path("line").asLong()).isEqualTo(2);

        // when
        for (int i = 0; i < 5; i++) {
            socket.send("no json");
        }

        // then
        Eventually.check(socket::isClosed, "the socket is closed");
        assertThat(socket.closeCode()).isEqualTo((short) 4500);
    }

    @Test
    void shouldTellAnEdgeTheOutcomeOfItsCallBeforeAndAfter() throws Exception {
        // given
        JobLog log = JobLog.ofCall();
        TestSocket early = socket("/internal/v1/calls", publisher.internalPort());
        early.send(await(log, 0));
        topics.send(log.accepted(0));

        // when
        topics.send(log.success(0, "{\"vector\":[1]}"));
        CallSettled told = CallSettled.parseFrom(early.next().getBytes());
        TestSocket late = socket("/internal/v1/calls", publisher.internalPort());
        late.send(await(log, 0));
        CallSettled toldAgain = CallSettled.parseFrom(late.next().getBytes());

        // then
        assertThat(told.getRequestId()).isEqualTo(Ids.request(log.id(), 0));
        assertThat(told.getResult().getSuccess().getBody().toStringUtf8()).isEqualTo("{\"vector\":[1]}");
        assertThat(toldAgain).isEqualTo(told);
        assertThat(early.isQuiet()).isTrue();
    }

    @Test
    void shouldTellAnEdgeThePiecesOfTheResultForWhichItWaits() throws Exception {
        // given
        JobLog log = JobLog.ofCall();
        TestSocket edge = socket("/internal/v1/calls", publisher.internalPort());
        CallFrame frame = CallFrame.parseFrom(await(log, 0));
        edge.send(frame.toBuilder()
                .setAwait(frame.getAwait().toBuilder().setDeltas(true))
                .build()
                .toByteArray());
        topics.send(log.accepted(0));

        // when
        byte[] whole = log.delta(0, 0, "One ").toByteArray();
        Eventually.check(
                () -> {
                    topics.sendRaw(Topics.DELTAS, log.id(), whole);
                    return !edge.isQuiet();
                },
                "a piece");
        CallSettled first = CallSettled.parseFrom(edge.next().getBytes());
        topics.sendRaw(Topics.DELTAS, log.id(), log.delta(0, 4, "two").toByteArray());
        CallSettled second = CallSettled.parseFrom(edge.next().getBytes());
        topics.send(log.success(0));

        // then
        assertThat(first.getDelta().getText()).isEqualTo("One ");
        assertThat(second.getDelta().getPosition()).isEqualTo(4);
        assertThat(CallSettled.parseFrom(edge.next().getBytes()).getResult().hasSuccess())
                .isTrue();
    }

    @Test
    void shouldExpireWhatIsOverdueAndAskAgainForAnExpansionThatDoesNotBegin() throws Exception {
        // given
        JobLog overdue = JobLog.ofJob();
        JobLog stuck = JobLog.ofJob();
        JobLog call = JobLog.ofCall();
        long now = System.currentTimeMillis();

        // when
        topics.send(overdue.submitted(now, now, "f"));
        StreamEvent waiting = stuck.submitted(now - 60_000, now + 60_000, "f");
        topics.send(waiting);
        TestSocket edge = socket("/internal/v1/calls", publisher.internalPort());
        edge.send(await(call, 0));
        topics.send(call.accepted(0, now));

        // then
        NoGapNoRepeat subscriber = new NoGapNoRepeat();
        JsonNode end = follow(overdue.id(), subscriber, Integer.MAX_VALUE, Long.MAX_VALUE);
        assertThat(end.path("status").asText()).isEqualTo("expired");
        ConsumerRecord<byte[], byte[]> expand =
                topics.find(Topics.CHUNKS, waiting.getJobSubmitted().getInputFileId());
        assertThat(ChunkHeaders.requiredText(expand.headers(), ChunkHeaders.KIND))
                .isEqualTo("expand");
        assertThat(CallSettled.parseFrom(edge.next().getBytes())
                        .getResult()
                        .getFailure()
                        .getCode())
                .isEqualTo("request_expired");
    }

    /**
     * Follows a stream from the beginning until an offset or its end, and comes back with its position after every k-th
     * event; returns the last event.
     */
    private JsonNode follow(String stream, NoGapNoRepeat subscriber, int k, long until) throws Exception {
        String epoch = null;
        JsonNode event = null;
        while (event == null
                || (subscriber.position() < until
                        && !event.path("type").asText().equals("end"))) {
            try (TestSocket socket = new TestSocket(vertx, publisher.port(), "/v1/results")) {
                socket.subscribe(stream, epoch, subscriber.position());
                JsonNode subscribed = socket.nextJson().path("subscribed");
                epoch = subscribed.path("epoch").asText();
                subscriber.subscribed(
                        epoch,
                        subscribed.path("recovered").asBoolean(),
                        subscribed.path("from").asLong());
                for (int i = 0; i < k && subscriber.position() < until; i++) {
                    event = socket.nextJson().path("event");
                    subscriber.event(event.path("offset").asLong());
                    if (event.path("type").asText().equals("end")) {
                        break;
                    }
                }
            }
        }
        return event;
    }

    /** The subscription's epoch and so many events, word for word. */
    private List<String> transcript(String stream, int events) throws Exception {
        TestSocket socket = subscribed(stream);
        List<String> frames = new ArrayList<>();
        frames.add(socket.nextJson().path("subscribed").path("epoch").asText());
        while (frames.size() < events) {
            frames.add(socket.next().toString());
        }
        return frames;
    }

    private TestSocket subscribed(String stream) throws Exception {
        TestSocket socket = socket("/v1/results", publisher.port());
        socket.subscribe(stream, null, -1);
        return socket;
    }

    /** Another job in the same partition. */
    private static JobLog inPartitionOf(JobLog log) {
        return Stream.generate(JobLog::ofJob)
                .filter(other -> TestTopics.partition(other.id()) == TestTopics.partition(log.id()))
                .findFirst()
                .orElseThrow();
    }

    private TestSocket socket(String path, int port) throws Exception {
        TestSocket socket = new TestSocket(vertx, port, path);
        sockets.add(socket);
        return socket;
    }

    private static String error(TestSocket socket) throws Exception {
        return socket.nextJson().path("error").path("code").asText();
    }

    private static byte[] await(JobLog log, long item) {
        return CallFrame.newBuilder()
                .setAwait(AwaitCall.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setStreamId(log.id())
                        .setRequestId(Ids.request(log.id(), item)))
                .build()
                .toByteArray();
    }

    private JobView job(String id, int partition, long seen) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + publisher.internalPort() + "/internal/v1/jobs/"
                                + id + "?partition=" + partition + "&seen=" + seen))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return JobView.parseFrom(answer.body());
    }

    private List<String> results(String id, String query) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + publisher.port() + "/v1/batches/" + id + "/results" + query))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().lines().toList();
    }
}
