package io.millrace.publisher;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.deltas.DeltaReader;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.input.InputFiles;
import io.millrace.publisher.metrics.PublisherMetrics;
import io.millrace.publisher.protocol.BlockingReads;
import io.millrace.publisher.protocol.CallWaits;
import io.millrace.publisher.protocol.CallsSocket;
import io.millrace.publisher.protocol.EventStreams;
import io.millrace.publisher.protocol.Forwarding;
import io.millrace.publisher.protocol.InternalRoutes;
import io.millrace.publisher.protocol.JobFiles;
import io.millrace.publisher.protocol.JobLists;
import io.millrace.publisher.protocol.JobQueries;
import io.millrace.publisher.protocol.Relays;
import io.millrace.publisher.protocol.RequestQueries;
import io.millrace.publisher.protocol.ResultPages;
import io.millrace.publisher.protocol.ResultsSocket;
import io.millrace.publisher.protocol.SessionMeters;
import io.millrace.publisher.protocol.Surroundings;
import io.millrace.publisher.timers.TimerSweep;
import io.millrace.publisher.topology.ResultStreams;
import io.millrace.publisher.topology.ResultTopic;
import io.millrace.publisher.topology.StoredStreams;
import io.millrace.publisher.topology.StreamListener;
import io.millrace.publisher.webhooks.WebhookSweep;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.DeadLetters;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.StreamKind;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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
    private final InputFiles input;
    private final ResultsSocket results;
    private final EventStreams events;
    private final ResultPages pages;

    private PublisherService(
            Closer parts,
            String address,
            InputFiles input,
            ResultsSocket results,
            EventStreams events,
            ResultPages pages) {
        this.parts = parts;
        this.address = address;
        this.input = input;
        this.results = results;
        this.events = events;
        this.pages = pages;
    }

    /**
     * Starts it. It is ready when the check {@code publisher} of the context's health says so: then the stores are
     * restored.
     *
     * @throws IllegalStateException if the topics are missing or Kafka does not answer
     */
    public static PublisherService start(PublisherSettings settings, KafkaSettings kafka, ServiceContext context) {
        return start(settings, kafka, context, Clock.systemUTC());
    }

    /** The same with another clock. */
    static PublisherService start(
            PublisherSettings settings, KafkaSettings kafka, ServiceContext context, Clock clock) {
        if (settings.streams().stateDir().isEmpty()) {
            throw ConfigException.missing("publisher.streams.state_dir", "a folder that survives restarts");
        }
        Closer parts = new Closer();
        try {
            return build(parts, settings, kafka, context, clock);
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
            Closer parts, PublisherSettings settings, KafkaSettings kafka, ServiceContext context, Clock clock)
            throws InterruptedException {
        Vertx vertx = context.vertx();
        Admin admin = parts.add("admin client", Admin.create(kafka.client(Map.of())));
        List<ResultTopic> topics = ResultTopic.describe(admin);

        Hub hub = new Hub(settings.tailMemory().bytes());
        CallWaits waits = new CallWaits();
        measure(context, hub, waits);

        // The internal server comes first, because the instances tell each other its port when they join the group.
        InternalRoutes internal = new InternalRoutes(vertx);
        PublicServer server =
                parts.add("internal server", PublicServer.start(context, settings.internal(), internal.router()));
        String self = settings.advertised().isEmpty()
                ? settings.internal().host() + ":" + server.port()
                : settings.advertised();

        ResultStreams streams = parts.add(
                "result streams",
                ResultStreams.start(settings, self, kafka, admin, topics, tell(hub, waits), context.meters()));
        context.health().check("publisher", streams::reasonNotReady);
        StoredStreams stored = streams.stored();

        DeadLetters deadLetters = parts.add(
                "dead letters",
                new DeadLetters(kafka, "publisher-dead-letters", Topics.DEAD_LETTERS, context.meters()));
        parts.add("deltas", DeltaReader.start(hub, kafka, deadLetters, context.meters()));
        timers(parts, settings, kafka, stored, context, clock);

        Forwarding forwarding = parts.add("forwarding", new Forwarding(vertx, streams.owners()));
        Surroundings around = surroundings(parts, settings, hub, streams, context);
        ResultsSocket results =
                parts.add("subscribers", new ResultsSocket(vertx, around, settings.ping(), settings.drain()));
        EventStreams events = parts.add("event streams", new EventStreams(vertx, around, forwarding));
        ResultPages pages = new ResultPages(vertx, stored, around.pages(), forwarding);
        InputFiles input = parts.add("input files", new InputFiles(kafka, settings.assemblerAddresses()));
        PublisherService service =
                new PublisherService(parts, settings.internal().url(server.port()), input, results, events, pages);

        Router router = internal.router();
        new JobQueries(vertx, stored, around.lookups(), forwarding).mount(router);
        new RequestQueries(vertx, stored, around.lookups(), forwarding).mount(router);
        new JobLists(vertx, stored, around.lookups(), streams.owners(), forwarding).mount(router);
        new JobFiles(vertx, stored, input, around.pages(), forwarding).mount(router);
        new CallsSocket(
                        vertx,
                        waits,
                        streams.owners(),
                        around,
                        settings.limits().waitsPerEdge())
                .mount(router);
        service.mount(router);
        internal.open();
        return service;
    }

    private static void timers(
            Closer parts,
            PublisherSettings settings,
            KafkaSettings kafka,
            StoredStreams stored,
            ServiceContext context,
            Clock clock) {
        RecordProducer producer = parts.add(
                "timer producer",
                new RecordProducer(
                        kafka,
                        ProducerOptions.of(
                                "publisher-timers", Topics.RESULTS_JOBS, Topics.RESULTS_CALLS, Topics.CHUNKS),
                        context.meters()));
        parts.add(
                "timers",
                TimerSweep.start(
                        stored,
                        producer,
                        clock,
                        new TimerSweep.Times(settings.sweepInterval(), settings.retention()),
                        context.meters()));
        if (!settings.webhooks().secret().isEmpty()) {
            parts.add(
                    "webhooks",
                    WebhookSweep.start(
                            context.vertx(), stored, producer, clock, settings.webhooks(), context.meters()));
        }
    }

    private static Surroundings surroundings(
            Closer parts, PublisherSettings settings, Hub hub, ResultStreams streams, ServiceContext context) {
        BlockingReads pages = parts.add("pages", new BlockingReads("publisher-page", PAGES_AT_ONCE, READS_WAITING));
        BlockingReads lookups =
                parts.add("lookups", new BlockingReads("publisher-lookup", LOOKUPS_AT_ONCE, READS_WAITING));
        return new Surroundings(
                hub,
                streams.stored(),
                pages,
                lookups,
                parts.add("relays", new Relays(context.vertx(), streams.owners())),
                new Surroundings.Limits(
                        settings.limits().sessions(),
                        settings.limits().subscriptionsPerSession(),
                        settings.limits().framesPerSecond()),
                new SessionMeters(context.meters()));
    }

    private static StreamListener tell(Hub hub, CallWaits waits) {
        return new StreamListener() {
            @Override
            public void appended(StreamKey stream, long firstOffset, List<LoggedEvent> events) {
                if (stream.kind() == StreamKind.STREAM_KIND_CALL) {
                    waits.settled(events);
                }
                hub.appended(stream, firstOffset, events);
            }

            @Override
            public boolean isFollowed(StreamKey stream) {
                return hub.isFollowed(stream);
            }

            @Override
            public void released(Predicate<StreamKey> streams) {
                hub.released(streams);
            }
        };
    }

    private static void measure(ServiceContext context, Hub hub, CallWaits waits) {
        PublisherMetrics.TAIL_BYTES.gauge(context.meters(), hub, Hub::bytes);
        PublisherMetrics.CALL_WAITS.gauge(context.meters(), waits, CallWaits::size);
    }

    /** Adds what clients use to a public server's routes. */
    public void mount(Router router) {
        results.mount(router);
        events.mount(router);
        pages.mount(router);
    }

    /** Where to ask for the input files of jobs, in place of the settings. */
    public void askAssemblersAt(List<String> addresses) {
        input.askAt(addresses);
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
