package io.millrace.standalone;

import io.millrace.assembler.AssemblerService;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.edge.EdgeService;
import io.millrace.publisher.PublisherService;
import io.millrace.runtime.AdminServer;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.StopSignal;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.TopicProvisioner;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.worker.WorkerService;
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

/**
 * Everything in one process: broker, topics, assembler, publisher, worker, edge, one public port, one for operators. This
 * is the order in which they need each other; what does not, starts at the same time.
 */
public final class Standalone implements AutoCloseable {
    /** Where the services ask each other: nobody else needs to know the port. */
    private static final HttpSettings INTERNAL = new HttpSettings("127.0.0.1", 0);

    private static final Duration READY_POLL = Duration.ofMillis(20);

    private final MillraceConfig config;
    private final Closer closer = new Closer();
    private final ServiceContext context;
    private Optional<LocalBroker> broker = Optional.empty();
    private int port;

    private Standalone(MillraceConfig config) {
        this.config = config;
        this.context = closer.add("context", ServiceContext.create());
    }

    /**
     * Starts everything and returns when all ports listen; {@link #awaitReady} waits until all work.
     *
     * @param folder for all data
     */
    public static Standalone start(MillraceConfig config, Path folder) throws InterruptedException {
        Standalone standalone = new Standalone(config);
        try {
            standalone.start(folder);
            return standalone;
        } catch (RuntimeException | InterruptedException e) {
            standalone.close();
            throw e;
        }
    }

    private void start(Path folder) throws InterruptedException {
        closer.add("admin server", AdminServer.start(context, config.admin()));
        KafkaSettings kafka = kafka(folder);
        try (TopicProvisioner topics = new TopicProvisioner(kafka)) {
            topics.create(config.topics().definitions(config.models()));
        }
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<AssemblerService> assembling = starters.submit(() -> closer.add(
                    "assembler",
                    AssemblerService.start(
                            config.assembler().at(folder.resolve("assembler").toString(), INTERNAL),
                            kafka,
                            config.models(),
                            context)));
            Future<PublisherService> publishing = starters.submit(() -> closer.add(
                    "publisher",
                    PublisherService.start(
                            config.publisher().at(folder.resolve("publisher").toString(), INTERNAL), kafka, context)));
            Future<WorkerService> working = starters.submit(
                    () -> closer.add("worker", WorkerService.start(config.worker(), kafka, config.models(), context)));
            AssemblerService assembler = started(assembling);
            PublisherService publisher = started(publishing);
            EdgeService edge = closer.add(
                    "edge",
                    EdgeService.start(
                            config.edge().asking(List.of(assembler.address()), List.of(publisher.address())),
                            kafka,
                            config.models(),
                            context));
            started(working);
            Router router = Router.router(context.vertx());
            edge.mount(router);
            publisher.mount(router);
            port = closer.add("public server", PublicServer.start(context, config.http(), router))
                    .port();
        }
    }

    /** The given cluster, or a broker of our own. */
    private KafkaSettings kafka(Path folder) {
        if (config.kafka().hasBootstrapServers()) {
            return config.kafka();
        }
        Path log = folder.resolve("logs/broker.log");
        LocalBroker own =
                LocalBroker.start(BrokerOptions.in(folder.resolve("broker")).withLogFile(log));
        broker = Optional.of(closer.add("broker", own));
        return KafkaSettings.at(own.bootstrapServers());
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
        return port;
    }

    /** Where clients connect. */
    public String url() {
        return config.http().url(port);
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
