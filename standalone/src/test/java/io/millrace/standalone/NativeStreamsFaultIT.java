package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.edge.EdgeService;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribed;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.testing.FreePorts;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Result streams over the native socket of one edge, while the publishers behind it are killed. */
@KafkaTest(shared = false)
class NativeStreamsFaultIT {
    private static final int STREAMS = 6;
    private static final long FAR_AHEAD_MS = 86_400_000;

    private final List<String> streams = Stream.generate(
                    () -> Ids.create(Ids.SESSION, Clock.systemUTC().millis()))
            .limit(STREAMS)
            .toList();
    private final List<NoGapNoRepeat> guarantees =
            Stream.generate(NoGapNoRepeat::new).limit(STREAMS).toList();
    private final List<Integer> ports = FreePorts.several(2);
    private final Closer closer = new Closer();
    private KafkaCluster kafka;
    private Path folder;
    private KafkaProducer<byte[], byte[]> producer;
    private int edge;

    @BeforeEach
    void start(KafkaCluster cluster, @TempDir Path data) {
        kafka = cluster;
        folder = data;
        MillraceConfig config = ConfigLoader.load(
                MillraceConfig.class,
                ConfigSources.of(
                        "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                        "edge.publisher_addresses=['http://127.0.0.1:" + ports.get(0) + "','http://127.0.0.1:"
                                + ports.get(1) + "']"));
        try (TopicProvisioner topics = new TopicProvisioner(config.kafka())) {
            topics.create(config.topics().definitions(config.models()));
        }
        ByteArraySerializer bytes = new ByteArraySerializer();
        producer = closer.add("producer", new KafkaProducer<>(kafka.clientConfig(Map.of()), bytes, bytes));
        ServiceContext context = closer.add("context", ServiceContext.create());
        EdgeService service =
                closer.add("edge", EdgeService.start(config.edge(), config.kafka(), config.models(), context));
        Router router = Router.router(context.vertx());
        service.mount(router);
        edge = closer.add("server", PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router))
                .port();
    }

    @AfterEach
    void stop() {
        closer.close();
    }

    @Test
    void shouldCarryStreamsOnWithoutGapOrRepeatWhileOnePublisherAfterTheOtherIsKilled() throws Exception {
        MillraceProcess one = closer.add("one", publisher(0));
        MillraceProcess other = closer.add("other", publisher(1));
        one.awaitReady();
        other.awaitReady();
        try (NativeSocket socket = new NativeSocket(edge)) {
            // given
            write(0, 10);
            for (int number = 0; number < STREAMS; number++) {
                socket.subscribe(number, streams.get(number));
            }
            read(socket, 10);

            // when
            one.kill();
            write(10, 20);
            read(socket, 20);
            closer.add("one again", publisher(0)).awaitReady();
            other.kill();
            write(20, 30);
            read(socket, 30);

            // then
            guarantees.forEach(guarantee -> guarantee.expectLast(29));
            Guarantee.requireAll(guarantees.toArray(Guarantee[]::new));
            assertThat(guarantees)
                    .allSatisfy(guarantee -> assertThat(guarantee.restarts()).isZero());
        }
    }

    private MillraceProcess publisher(int number) throws IOException {
        return MillraceProcess.service(
                folder.resolve("publisher-" + number),
                "publisher",
                "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                "publisher.streams.state_dir=" + folder.resolve("state-" + number),
                "publisher.streams.session_timeout=3s",
                "publisher.internal.port=" + ports.get(number),
                "admin.port=0",
                "http.port=0");
    }

    /** One event for each item of each stream. */
    private void write(int from, int to) throws ExecutionException, InterruptedException {
        for (int item = from; item < to; item++) {
            for (String stream : streams) {
                String request = Ids.request(stream, item);
                send(event(stream)
                        .setCallAccepted(CallAccepted.newBuilder()
                                .setRequestId(request)
                                .setItem(item)
                                .setModel("none")
                                .setEndpoint("/v1/embeddings")
                                .setDeadlineMs(Clock.systemUTC().millis() + FAR_AHEAD_MS)));
                send(event(stream)
                        .setResult(Result.newBuilder()
                                .setRequestId(request)
                                .setItem(item)
                                .setAttempt("a")
                                .setSuccess(Success.newBuilder()
                                        .setStatusCode(200)
                                        .setBody(ByteString.copyFromUtf8("{}")))));
            }
        }
    }

    private static StreamEvent.Builder event(String stream) {
        return StreamEvent.newBuilder().setTenant(Tenant.DEFAULT).setStreamId(stream);
    }

    private void send(StreamEvent.Builder event) throws ExecutionException, InterruptedException {
        byte[] key = event.getStreamId().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(
                        Topics.RESULTS_CALLS, key, event.build().toByteArray()))
                .get();
    }

    /** Reads until every stream has so many events. */
    private void read(NativeSocket socket, int events) {
        while (guarantees.stream().anyMatch(guarantee -> guarantee.position() < events - 1)) {
            IngestServerFrame frame = socket.next();
            if (frame.hasSubscribed()) {
                IngestSubscribed subscribed = frame.getSubscribed();
                guarantees
                        .get(subscribed.getSubscription())
                        .subscribed(subscribed.getEpoch(), subscribed.getRecovered(), subscribed.getFrom());
            } else {
                assertThat(frame.hasEvent()).as(frame.toString()).isTrue();
                guarantees
                        .get(frame.getEvent().getSubscription())
                        .event(frame.getEvent().getOffset());
            }
        }
    }
}
