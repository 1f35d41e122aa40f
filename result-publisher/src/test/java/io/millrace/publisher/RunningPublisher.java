package io.millrace.publisher;

import io.micrometer.core.instrument.Measurement;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.testing.Eventually;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** A publisher with its public server, ready for use. */
final class RunningPublisher implements AutoCloseable {
    private final Closer parts = new Closer();
    private final ServiceContext context;
    private final PublisherService service;
    private final int port;

    private RunningPublisher(String bootstrapServers, Path stateDir, String instance, Clock clock, String... more) {
        List<String> set = new ArrayList<>(List.of(
                "streams.state_dir=" + stateDir,
                "internal.port=0",
                "assembler_addresses=[]",
                "streams.instance_id=" + instance,
                "sweep_interval=100ms"));
        set.addAll(List.of(more));
        PublisherSettings settings =
                ConfigLoader.load(PublisherSettings.class, new ConfigSources(null, Map.of(), List.copyOf(set)));
        context = parts.add("context", ServiceContext.create());
        service = parts.add(
                "publisher", PublisherService.start(settings, KafkaSettings.at(bootstrapServers), context, clock));
        Router router = Router.router(context.vertx());
        service.mount(router);
        port = parts.add("server", PublicServer.start(context, new HttpSettings("127.0.0.1", 0), router))
                .port();
    }

    /** Starts it and waits until it is ready. */
    static RunningPublisher start(String bootstrapServers, Path stateDir) {
        return start(bootstrapServers, stateDir, "it");
    }

    /** The same for one of several; without a name it hands its work over when it stops. */
    static RunningPublisher start(String bootstrapServers, Path stateDir, String instance) {
        return start(bootstrapServers, stateDir, instance, Clock.systemUTC());
    }

    /** The same with another clock and further settings of its section, {@code key=value}. */
    static RunningPublisher start(
            String bootstrapServers, Path stateDir, String instance, Clock clock, String... more) {
        RunningPublisher publisher = new RunningPublisher(bootstrapServers, stateDir, instance, clock, more);
        try {
            Eventually.check(publisher.context.health()::ready, "the publisher is ready");
        } catch (AssertionError | RuntimeException e) {
            publisher.close();
            throw e;
        }
        return publisher;
    }

    /** What one of its gauges or counters says. */
    double measured(String name) {
        return context.meters().get(name).meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    int port() {
        return port;
    }

    /** Port of the internal API. */
    int internalPort() {
        return URI.create(service.address()).getPort();
    }

    @Override
    public void close() {
        parts.close();
    }
}
