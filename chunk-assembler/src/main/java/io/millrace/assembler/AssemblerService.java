package io.millrace.assembler;

import io.millrace.assembler.expansion.ExpansionReaders;
import io.millrace.assembler.life.ChunkLog;
import io.millrace.assembler.life.ExpirySweep;
import io.millrace.assembler.metrics.AssemblerCatalogue;
import io.millrace.assembler.query.TenantQueries;
import io.millrace.assembler.query.TenantQueryRoutes;
import io.millrace.assembler.query.UploadQueries;
import io.millrace.assembler.query.UploadQueryRoutes;
import io.millrace.assembler.topology.AssemblerApplication;
import io.millrace.assembler.topology.AssemblerMetrics;
import io.millrace.assembler.topology.AssemblerTopology;
import io.millrace.assembler.topology.CommitPace;
import io.millrace.assembler.topology.SettledUploads;
import io.millrace.assembler.topology.Surroundings;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.ServiceHttp;
import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.runtime.streams.ProcessedOffsets;
import io.millrace.runtime.streams.StreamsApp;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Topics;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
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
            return new Wiring(parts, settings, kafka, models, context).build();
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** Puts the parts together. */
    private record Wiring(
            Closer parts,
            AssemblerSettings settings,
            KafkaSettings kafka,
            List<ModelSettings> models,
            ServiceContext context) {
        AssemblerService build() {
            // The server comes first, because the application tells the other instances where it listens.
            HttpClient client = ServiceHttp.client(context.vertx(), new HttpClientOptions(), new PoolOptions());
            parts.add(
                    "query client",
                    () -> client.close()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join());
            UploadQueryRoutes uploads = new UploadQueryRoutes(context.vertx(), client);
            TenantQueryRoutes tenants = new TenantQueryRoutes(context.vertx(), client, uploads::find);
            Router internal = Router.router(context.vertx());
            uploads.mount(internal);
            tenants.mount(internal);
            PublicServer server =
                    parts.add("internal server", PublicServer.start(context, settings.internal(), internal));
            HostInfo self = self(settings, server.port());

            Surroundings surroundings = surroundings();
            KafkaStreams streams = streams(surroundings, self);
            ChunkLog log = parts.add("chunk log", new ChunkLog(kafka));
            expire(surroundings, streams, self, log);

            ExecutorService readers = parts.add("query threads", Executors.newVirtualThreadPerTaskExecutor());
            uploads.answerFrom(
                    new UploadQueries(streams, self, surroundings.offsets(), surroundings.settled(), readers));
            parts.add("queries about uploads", uploads::stopAnswering);
            tenants.answerFrom(new TenantQueries(streams, self, log::partitions, readers));
            parts.add("queries about tenants", tenants::stopAnswering);
            return new AssemblerService(parts, settings.internal().url(server.port()));
        }

        private Surroundings surroundings() {
            RecordReader payload = parts.add(
                    "record reader",
                    new RecordReader(
                            kafka,
                            "assembler-reader",
                            Topics.CHUNKS,
                            settings.expansion().readers(),
                            chunk -> ChunkHeaders.verify(chunk.headers(), chunk.value())));
            ExpansionReaders expansions = new ExpansionReaders(payload::read, endpoints(models), settings.expansion());
            AssemblerCatalogue.EXPANSIONS_ACTIVE.gauge(context.meters(), expansions, ExpansionReaders::active);
            return new Surroundings(
                    expansions,
                    new DigestReaders(payload::read, FILES_VERIFIED_AT_ONCE),
                    new ProcessedOffsets(settings.maxWaitingQueries()),
                    new SettledUploads(settings.maxWaitingQueries()),
                    settings.life().rules(),
                    settings.life().sweepInterval(),
                    new CommitPace(System::nanoTime),
                    new AssemblerMetrics(context.meters()),
                    System::nanoTime);
        }

        private KafkaStreams streams(Surroundings surroundings, HostInfo self) {
            StreamsApp streams = parts.add(
                    "upload streams",
                    StreamsApp.start(
                            AssemblerApplication.definition(settings, self),
                            AssemblerTopology.build(surroundings),
                            surroundings.offsets(),
                            settings.streams(),
                            kafka,
                            context.meters()));
            context.health().check("assembler", streams::reasonNotReady);
            return streams.streams();
        }

        private void expire(Surroundings surroundings, KafkaStreams streams, HostInfo self, ChunkLog log) {
            RecordProducer producer = parts.add(
                    "producer of ends",
                    new RecordProducer(kafka, ProducerOptions.of("assembler-life", Topics.CHUNKS), context.meters()));
            ExpirySweep sweep = parts.add(
                    "expiry", new ExpirySweep(streams, self, log, producer, surroundings.life(), Clock.systemUTC()));
            sweep.start(settings.life().sweepInterval(), context.meters());
        }
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
