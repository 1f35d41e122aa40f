package io.millrace.assembler;

import io.micrometer.core.instrument.Gauge;
import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.query.UploadQueries;
import io.millrace.assembler.query.UploadQueryRoutes;
import io.millrace.assembler.topology.AssemblerApplication;
import io.millrace.assembler.topology.AssemblerMetrics;
import io.millrace.assembler.topology.AssemblerTopology;
import io.millrace.assembler.topology.SettledUploads;
import io.millrace.assembler.topology.Surroundings;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.Topics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The assembler, put together in the order in which an upload flows through it: chunk records are reassembled, complete
 * files of jobs are read back and expanded into requests. Queries stand beside.
 */
public final class AssemblerService implements AutoCloseable {
    private static final int FILES_VERIFIED_AT_ONCE = 4;

    private final Closer parts;
    private final String address;

    private AssemblerService(Closer parts, String address) {
        this.parts = parts;
        this.address = address;
    }

    /**
     * Starts it. It is ready when the check {@code assembler} of the context's health says so: then the stores are
     * restored. The topics must exist.
     *
     * @param models those that lines of jobs may name
     */
    public static AssemblerService start(
            AssemblerSettings settings, KafkaSettings kafka, List<ModelSettings> models, ServiceContext context) {
        if (settings.streams().stateDir().isEmpty()) {
            throw ConfigException.missing("assembler.streams.state_dir", "a folder that survives restarts");
        }
        Closer parts = new Closer();
        try {
            return build(parts, settings, kafka, models, context);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static AssemblerService build(
            Closer parts,
            AssemblerSettings settings,
            KafkaSettings kafka,
            List<ModelSettings> models,
            ServiceContext context) {
        Vertx vertx = context.vertx();
        // The server comes first, because the application tells the other instances where it listens.
        HttpClient client = vertx.createHttpClient();
        parts.add(
                "query client",
                () -> client.close().toCompletionStage().toCompletableFuture().join());
        UploadQueryRoutes routes = new UploadQueryRoutes(vertx, client);
        Router internal = Router.router(vertx);
        routes.mount(internal);
        PublicServer server = parts.add("internal server", PublicServer.start(context, settings.internal(), internal));
        HostInfo self = self(settings, server.port());

        RecordReader payload = parts.add(
                "record reader",
                new RecordReader(
                        kafka,
                        "assembler-reader",
                        Topics.CHUNKS,
                        settings.expansion().readers()));
        ExpansionReaders expansions = new ExpansionReaders(payload::read, endpoints(models), settings.expansion());
        Gauge.builder("millrace.assembler.expansions.active", expansions, ExpansionReaders::active)
                .description("Files of jobs that are being read")
                .register(context.meters());

        ProcessedOffsets offsets = new ProcessedOffsets(settings.maxWaitingQueries());
        SettledUploads settled = new SettledUploads(settings.maxWaitingQueries());
        Surroundings surroundings = new Surroundings(
                expansions,
                new DigestReaders(payload::read, FILES_VERIFIED_AT_ONCE),
                offsets,
                settled,
                new AssemblerMetrics(context.meters()));
        StreamsApp streams = parts.add(
                "upload streams",
                StreamsApp.start(
                        AssemblerApplication.definition(settings, self),
                        AssemblerTopology.build(surroundings),
                        offsets,
                        settings.streams(),
                        kafka,
                        context.meters()));
        context.health().check("assembler", streams::reasonNotReady);

        ExecutorService readers = parts.add("query threads", Executors.newVirtualThreadPerTaskExecutor());
        routes.answerFrom(new UploadQueries(streams.streams(), self, offsets, settled, readers));
        parts.add("queries", routes::stopAnswering);
        return new AssemblerService(parts, settings.internal().url(server.port()));
    }

    private static HostInfo self(AssemblerSettings settings, int port) {
        String advertised = settings.advertisedAddress();
        if (advertised.isEmpty()) {
            return new HostInfo(settings.internal().host(), port);
        }
        int colon = advertised.indexOf(':');
        return new HostInfo(advertised.substring(0, colon), Integer.parseInt(advertised.substring(colon + 1)));
    }

    private static Map<String, List<String>> endpoints(List<ModelSettings> models) {
        return models.stream().collect(Collectors.toMap(ModelSettings::name, ModelSettings::endpoints));
    }

    /** The base address of the internal API. */
    public String address() {
        return address;
    }

    /** Commits what is done, then stops. */
    @Override
    public void close() {
        parts.close();
    }
}
