package io.millrace.publisher;

import io.micrometer.core.instrument.Gauge;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.protocol.BlockingReads;
import io.millrace.publisher.protocol.CallWaits;
import io.millrace.publisher.protocol.CallsSocket;
import io.millrace.publisher.protocol.JobFiles;
import io.millrace.publisher.protocol.JobLists;
import io.millrace.publisher.protocol.JobQueries;
import io.millrace.publisher.protocol.ResultPages;
import io.millrace.publisher.protocol.ResultsSocket;
import io.millrace.publisher.timers.TimerSweep;
import io.millrace.publisher.topology.ResultStreams;
import io.millrace.publisher.topology.ResultTopic;
import io.millrace.publisher.topology.StoredStreams;
import io.millrace.publisher.topology.StreamListener;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamKind;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * The publisher, put together in the order in which results flow through it: topics, numbering, hub, sockets. Timers and
 * queries stand beside.
 */
public final class PublisherService implements AutoCloseable {
    private static final int PAGES_AT_ONCE = 32;
    private static final int LOOKUPS_AT_ONCE = 256;
    private static final int READS_WAITING = 100_000;

    private final Closer parts;
    private final String address;
    private final ResultsSocket results;
    private final ResultPages pages;

    private PublisherService(Closer parts, String address, ResultsSocket results, ResultPages pages) {
        this.parts = parts;
        this.address = address;
        this.results = results;
        this.pages = pages;
    }

    /**
     * Starts it. It is ready when the check {@code publisher} of the context's health says so: then the stores are
     * restored.
     *
     * @throws IllegalStateException if the topics are missing or Kafka does not answer
     */
    public static PublisherService start(PublisherSettings settings, KafkaSettings kafka, ServiceContext context) {
        if (settings.streams().stateDir().isEmpty()) {
            throw ConfigException.missing("publisher.streams.state_dir", "a folder that survives restarts");
        }
        Closer parts = new Closer();
        try {
            return build(parts, settings, kafka, context);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        } catch (InterruptedException e) {
            parts.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private static PublisherService build(
            Closer parts, PublisherSettings settings, KafkaSettings kafka, ServiceContext context)
            throws InterruptedException {
        Vertx vertx = context.vertx();
        Admin admin = parts.add("admin client", Admin.create(kafka.client(Map.of())));
        List<ResultTopic> topics = ResultTopic.describe(admin);

        Hub hub = new Hub(settings.tailMemory().bytes());
        CallWaits waits = new CallWaits();
        measure(context, hub, waits);

        ResultStreams streams = parts.add(
                "result streams",
                ResultStreams.start(settings, kafka, admin, topics, tell(hub, waits), context.meters()));
        context.health().check("publisher", streams::reasonNotReady);
        StoredStreams stored = streams.stored();

        RecordProducer producer = parts.add(
                "timer producer",
                new RecordProducer(
                        kafka,
                        ProducerOptions.of(
                                "publisher-timers", Topics.RESULTS_JOBS, Topics.RESULTS_CALLS, Topics.CHUNKS),
                        context.meters()));
        parts.add(
                "timers",
                TimerSweep.start(stored, producer, Clock.systemUTC(), settings.sweepInterval(), context.meters()));

        BlockingReads reads = parts.add("pages", new BlockingReads("publisher-page", PAGES_AT_ONCE, READS_WAITING));
        BlockingReads lookups =
                parts.add("lookups", new BlockingReads("publisher-lookup", LOOKUPS_AT_ONCE, READS_WAITING));
        Router internal = Router.router(vertx);
        new JobQueries(vertx, stored, lookups).mount(internal);
        new JobLists(vertx, stored, lookups).mount(internal);
        new JobFiles(vertx, stored, reads).mount(internal);
        new CallsSocket(vertx, waits, stored, lookups, settings.limits().waitsPerEdge()).mount(internal);
        PublicServer server = parts.add("internal server", PublicServer.start(context, settings.internal(), internal));

        ResultsSocket results = parts.add(
                "subscribers",
                new ResultsSocket(
                        vertx,
                        hub,
                        stored,
                        reads,
                        lookups,
                        new ResultsSocket.SessionLimits(
                                settings.limits().sessions(), settings.limits().subscriptionsPerSession()),
                        context.meters()));
        return new PublisherService(
                parts, settings.internal().url(server.port()), results, new ResultPages(vertx, stored, reads));
    }

    private static StreamListener tell(Hub hub, CallWaits waits) {
        return (stream, firstOffset, events) -> {
            if (stream.kind() == StreamKind.STREAM_KIND_CALL) {
                waits.settled(events);
            }
            hub.appended(stream, firstOffset, events);
        };
    }

    private static void measure(ServiceContext context, Hub hub, CallWaits waits) {
        Gauge.builder("millrace.publisher.tail.bytes", hub, Hub::bytes)
                .description("size of the last events of followed streams")
                .register(context.meters());
        Gauge.builder("millrace.publisher.call.waits", waits, CallWaits::size)
                .description("calls for which an edge waits")
                .register(context.meters());
    }

    /** Adds what clients use to a public server's routes. */
    public void mount(Router router) {
        results.mount(router);
        pages.mount(router);
    }

    /** The base address of the internal API. */
    public String address() {
        return address;
    }

    /** Sends subscribers elsewhere, then stops from the sockets back to the topics. */
    @Override
    public void close() {
        parts.close();
    }
}
