package io.millrace.standalone;

import io.millrace.assembler.AssemblerService;
import io.millrace.assembler.AssemblerSettings;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.edge.EdgeService;
import io.millrace.edge.EdgeSettings;
import io.millrace.publisher.PublisherService;
import io.millrace.publisher.PublisherSettings;
import io.millrace.runtime.AdminServer;
import io.millrace.runtime.Closer;
import io.millrace.runtime.Health;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.StopSignal;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.worker.WorkerService;
import io.millrace.worker.backend.OnnxBackends;
import io.millrace.worker.inference.BackendLoader;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything in one process: broker, topics, assembler, publisher, worker, edge, one public port, one for operators. This
 * is the order in which they need each other; what does not, starts at the same time.
 */
public final class Standalone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    /** Where the services ask each other: nobody else needs to know the port. */
    private static final HttpSettings INTERNAL = new HttpSettings("127.0.0.1", 0);

    /** On a broker of our own there is nobody else, so the next start after a crash need not wait for the last one's end. */
    private static final String NAME = "standalone";

    private static final Duration READY_POLL = Duration.ofMillis(20);

    private final Closer closer;
    private final ServiceContext context;
    private final Optional<LocalBroker> broker;
    private final String url;
    private final Ports ports;

    private Standalone(Closer closer, ServiceContext context, Optional<LocalBroker> broker, String url, Ports ports) {
        this.closer = closer;
        this.context = context;
        this.broker = broker;
        this.url = url;
        this.ports = ports;
    }

    private record Ports(int http, int admin) {}

    /**
     * Starts everything and returns when all ports listen; {@link #awaitReady} waits until all work.
     *
     * @param folder for all data
     */
    public static Standalone start(MillraceConfig config, Path folder) throws InterruptedException {
        return start(config, folder, OnnxBackends::load);
    }

    /**
     * Starts everything with something else in the place of ONNX Runtime.
     *
     * @param backends load what runs the models that run in this process
     */
    public static Standalone start(MillraceConfig config, Path folder, BackendLoader backends)
            throws InterruptedException {
        FreePort.require("http", config.http());
        FreePort.require("admin", config.admin());
        Closer closer = new Closer();
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<LocalBroker>> starting = starters.submit(() -> broker(config, folder, closer));
            ServiceContext context = closer.add("context", ServiceContext.create());
            Health.Check start = context.health().register(Health.START);
            AdminServer admin = closer.add("admin server", AdminServer.start(context, config.admin()));
            Optional<LocalBroker> broker = started(starting);
            KafkaSettings kafka =
                    broker.map(own -> KafkaSettings.at(own.bootstrapServers())).orElse(config.kafka());
            LOG.info("Kafka answers");
            try (TopicProvisioner topics = new TopicProvisioner(kafka)) {
                topics.create(config.topics().definitions(config.models()));
            }
            LOG.info("topics are there");
            Parts parts = new Parts(config, folder, kafka, broker.isPresent(), backends, context, closer, starters);
            int port = parts.start();
            start.ready();
            LOG.info("all ports listen");
            return new Standalone(closer, context, broker, config.http().url(port), new Ports(port, admin.port()));
        } catch (RuntimeException | InterruptedException e) {
            closer.close();
            throw e;
        }
    }

    /** A broker of our own, unless a cluster is given. */
    private static Optional<LocalBroker> broker(MillraceConfig config, Path folder, Closer closer) {
        if (config.kafka().hasBootstrapServers()) {
            return Optional.empty();
        }
        Path log = folder.resolve("logs/broker.log");
        return Optional.of(closer.add(
                "broker",
                LocalBroker.start(BrokerOptions.in(folder.resolve("broker")).withLogFile(log))));
    }

    /** The services, over topics that are there. */
    private record Parts(
            MillraceConfig config,
            Path folder,
            KafkaSettings kafka,
            boolean alone,
            BackendLoader backends,
            ServiceContext context,
            Closer closer,
            ExecutorService starters) {
        /** Starts them in the order in which they need each other, and returns the public port. */
        int start() throws InterruptedException {
            Future<AssemblerService> assembling = starters.submit(() -> closer.add(
                    "assembler", AssemblerService.start(assemblerSettings(), kafka, config.models(), context)));
            Future<PublisherService> publishing = starters.submit(
                    () -> closer.add("publisher", PublisherService.start(publisherSettings(), kafka, context)));
            Future<WorkerService> working = starters.submit(() -> closer.add(
                    "worker", WorkerService.start(config.worker(), kafka, config.models(), context, backends)));
            AssemblerService assembler = started(assembling);
            PublisherService publisher = started(publishing);
            publisher.askAssemblersAt(List.of(assembler.address()));
            EdgeSettings asking = config.edge().asking(List.of(assembler.address()), List.of(publisher.address()));
            EdgeService edge = closer.add("edge", EdgeService.start(asking, kafka, config.models(), context));
            started(working);
            Router router = Router.router(context.vertx());
            edge.mount(router);
            publisher.mount(router);
            return closer.add("public server", PublicServer.start(context, config.http(), router))
                    .port();
        }

        private AssemblerSettings assemblerSettings() {
            AssemblerSettings settings = config.assembler()
                    .at(folder.resolve("assembler").toString(), INTERNAL)
                    .keepingFilesFor(config.topics().chunkRetention());
            return alone && settings.instanceId().isEmpty() ? settings.named(NAME) : settings;
        }

        private PublisherSettings publisherSettings() {
            PublisherSettings settings =
                    config.publisher().at(folder.resolve("publisher").toString(), INTERNAL);
            return alone && settings.instanceId().isEmpty() ? settings.named(NAME) : settings;
        }
    }

    /** Whether every part can work. */
    public boolean ready() {
        return context.health().ready();
    }

    /** Waits until every part can work; false if a stop was asked for before. */
    public boolean awaitReady(StopSignal stop) throws InterruptedException {
        while (!ready()) {
            if (stop.await(READY_POLL)) {
                return false;
            }
        }
        LOG.info("ready");
        return true;
    }

    /** Tells, once and on some thread, when a broker of our own has ended; that happens at a stop, too. */
    public void onBrokerLost(Consumer<String> listener) {
        broker.ifPresent(own -> Thread.ofVirtual().name("broker-watch").start(() -> {
            int status = own.onExit().join();
            listener.accept("the Kafka broker ended with exit code " + status + "; its log is " + own.logFile());
        }));
    }

    /** The public port. */
    public int port() {
        return ports.http();
    }

    /** The operators' port. */
    public int adminPort() {
        return ports.admin();
    }

    /** Where clients connect. */
    public String url() {
        return url;
    }

    /** Stops in the reverse order: no new work first, the broker last. */
    @Override
    public void close() {
        closer.close();
    }

    private static <T> T started(Future<T> starting) throws InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }
}
