package io.millrace.edge;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.edge.calls.CallLimits;
import io.millrace.edge.calls.CallService;
import io.millrace.edge.content.ContentService;
import io.millrace.edge.core.AfterJob;
import io.millrace.edge.core.CalledModels;
import io.millrace.edge.core.ClassificationRules;
import io.millrace.edge.core.CompletionRules;
import io.millrace.edge.core.EmbeddingRules;
import io.millrace.edge.core.EndpointRules;
import io.millrace.edge.core.JobRules;
import io.millrace.edge.core.ServedModel;
import io.millrace.edge.http.Cors;
import io.millrace.edge.http.ErrorAnswers;
import io.millrace.edge.http.HttpDate;
import io.millrace.edge.http.RequestTimes;
import io.millrace.edge.ingest.ChunkedUploads;
import io.millrace.edge.ingest.ComposedUploads;
import io.millrace.edge.ingest.IngestService;
import io.millrace.edge.ingest.UploadMetrics;
import io.millrace.edge.jobs.JobService;
import io.millrace.edge.kafka.ChunkProducer;
import io.millrace.edge.kafka.PartitionEnds;
import io.millrace.edge.kafka.WorkProducer;
import io.millrace.edge.protocol.UploadRoutes;
import io.millrace.edge.protocol.ietf.IetfHandler;
import io.millrace.edge.protocol.nativechunks.IngestSocket;
import io.millrace.edge.protocol.nativechunks.NativeCalls;
import io.millrace.edge.protocol.openai.BatchesHandler;
import io.millrace.edge.protocol.openai.CallHandler;
import io.millrace.edge.protocol.openai.FilesHandler;
import io.millrace.edge.protocol.openai.JobFilesHandler;
import io.millrace.edge.protocol.openai.ModelsHandler;
import io.millrace.edge.protocol.openai.RequestsHandler;
import io.millrace.edge.protocol.openai.UploadsHandler;
import io.millrace.edge.protocol.tus.TusHandler;
import io.millrace.edge.protocol.uploads.ContentAnswer;
import io.millrace.edge.queries.InternalApi;
import io.millrace.edge.queries.JobQueries;
import io.millrace.edge.queries.RequestQueries;
import io.millrace.edge.queries.UploadQueries;
import io.millrace.edge.streams.ResultStreams;
import io.millrace.edge.trace.Traces;
import io.millrace.runtime.Closer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelBackend;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.kafka.ProducerOptions;
import io.millrace.runtime.kafka.RecordProducer;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import io.vertx.ext.web.Router;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The edge, built in the order in which bytes and calls flow through it. */
public final class EdgeService implements AutoCloseable {
    private static final int CHUNK_READERS = 4;

    private final Closer closer;
    private final List<String> corsOrigins;
    private final ErrorAnswers errors;
    private final MeterRegistry meters;
    private final UploadRoutes uploads;
    private final IngestSocket nativeChunks;
    private final JobFilesHandler jobFiles;
    private final RequestsHandler requests;
    private final FilesHandler files;
    private final UploadsHandler fileParts;
    private final BatchesHandler batches;
    private final CallHandler callHandler;
    private final ModelsHandler models;

    private EdgeService(
            EdgeSettings settings,
            KafkaSettings kafka,
            List<ModelSettings> modelSettings,
            ServiceContext context,
            Closer closer) {
        this.closer = closer;
        this.corsOrigins = settings.corsOrigins();
        InstantSource clock = InstantSource.system();
        List<ServedModel> served =
                modelSettings.stream().map(EdgeService::served).toList();

        ChunkProducer chunks = new ChunkProducer(
                closer.add("chunk producer", chunkProducer(settings, kafka, context)), context.meters());
        WorkProducer work =
                new WorkProducer(closer.add("work producer", workProducer(settings, kafka, served, context)));

        PartitionEnds chunkEnds = closer.add("chunk ends", PartitionEnds.open(kafka.client(Map.of()), Topics.CHUNKS));
        InternalApi assembler = closer.add(
                "assembler client", new InternalApi(context.vertx(), "assembler", settings.assemblerAddresses()));
        InternalApi publisher = closer.add(
                "publisher client", new InternalApi(context.vertx(), "publisher", settings.publisherAddresses()));

        UploadQueries uploadQueries = new UploadQueries(context.vertx(), assembler, chunkEnds);
        UploadMetrics uploadMetrics = new UploadMetrics(context.meters());
        IngestService ingest = new IngestService(
                context.vertx(), chunks, uploadQueries, settings.ingestLimits(), uploadMetrics, clock);
        ComposedUploads composed = new ComposedUploads(context.vertx(), chunks, ingest, uploadMetrics);
        JobQueries jobQueries = new JobQueries(publisher);
        JobService jobs = new JobService(
                context.vertx(), chunks, work, jobQueries, uploadQueries, jobRules(settings, served), clock);
        ChunkedUploads chunkedUploads =
                new ChunkedUploads(context.vertx(), ingest, chunks, uploadQueries, uploadMetrics);
        RequestQueries requestQueries = new RequestQueries(publisher);
        CallService calls = closer.add("calls", calls(settings, work, requestQueries, context, clock));
        context.health().check("calls", calls::reasonNotReady);
        ResultStreams streams =
                closer.add("result streams", new ResultStreams(context.vertx(), settings.publisherAddresses()));

        ContentAnswer content = new ContentAnswer(new ContentService(
                context.vertx(),
                uploadQueries,
                closer.add("chunk reader", chunkReader(kafka)),
                settings.maxDownloads(),
                context.meters()));

        this.meters = context.meters();
        this.errors = new ErrorAnswers(meters);
        this.uploads = new UploadRoutes(
                new TusHandler(ingest, composed, jobs), new IetfHandler(ingest, jobs, clock), ingest, content);
        List<EndpointRules> endpoints = endpointRules(served);
        long maxBody = settings.maxBodySize().bytes();
        NativeCalls nativeCalls = new NativeCalls(calls, endpoints, maxBody);
        this.nativeChunks = closer.add(
                "native chunks",
                new IngestSocket(context.vertx(), chunkedUploads, jobs, nativeCalls, streams, context.meters()));
        this.jobFiles = new JobFilesHandler(jobQueries);
        this.requests = new RequestsHandler(requestQueries, calls);
        this.files = new FilesHandler(ingest, content);
        this.fileParts = new UploadsHandler(ingest, composed, maxBody);
        this.batches = new BatchesHandler(ingest, jobs, maxBody);
        this.callHandler = new CallHandler(context.vertx(), calls, endpoints, maxBody);
        this.models = new ModelsHandler(served, clock.instant());
    }

    private static List<EndpointRules> endpointRules(List<ServedModel> served) {
        CalledModels called = new CalledModels(served);
        return List.of(
                new EmbeddingRules(called),
                new ClassificationRules(called),
                CompletionRules.chat(called),
                CompletionRules.text(called));
    }

    /**
     * Starts the edge; the topics must be there. It serves nothing before {@link #mount}.
     *
     * @param models what may be called
     */
    public static EdgeService start(
            EdgeSettings settings, KafkaSettings kafka, List<ModelSettings> models, ServiceContext context) {
        Closer closer = new Closer();
        try {
            return new EdgeService(settings, kafka, models, context, closer);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    /** Serves the edge's paths on this router. */
    public void mount(Router router) {
        errors.install(router);
        HttpDate.install(router, InstantSource.system());
        Traces.install(router);
        RequestTimes.install(router, meters);
        Cors.install(router, corsOrigins, "/uploads*", "/v1/*");
        uploads.mount(router);
        nativeChunks.mount(router);
        jobFiles.mount(router);
        requests.mount(router);
        files.mount(router);
        fileParts.mount(router);
        batches.mount(router);
        callHandler.mount(router);
        models.mount(router);
    }

    @Override
    public void close() {
        closer.close();
    }

    private static RecordProducer chunkProducer(EdgeSettings settings, KafkaSettings kafka, ServiceContext context) {
        // A record must fit beside its headers. Nothing lingers, but what comes while requests are under way goes in
        // one.
        long largestRequest = settings.chunkSize().bytes() + (64 << 10);
        ProducerOptions options = ProducerOptions.of("millrace-edge-chunks", Topics.CHUNKS)
                .withBuffer(settings.maxInFlight())
                .withDeliveryTimeout(settings.deliveryTimeout())
                .with(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")
                // As much as the kernel gives: with less than a chunk, every chunk waits for the broker several times.
                .with(ProducerConfig.SEND_BUFFER_CONFIG, "-1")
                .with(ProducerConfig.BATCH_SIZE_CONFIG, Long.toString(largestRequest))
                .with(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Long.toString(largestRequest));
        return new RecordProducer(kafka, options, context.meters());
    }

    private static RecordProducer workProducer(
            EdgeSettings settings, KafkaSettings kafka, List<ServedModel> models, ServiceContext context) {
        List<String> topics = new ArrayList<>(List.of(Topics.RESULTS_CALLS, Topics.RESULTS_JOBS));
        models.forEach(model -> topics.add(Topics.requests(model.name(), Lane.ONLINE)));
        long largestRequest = settings.maxBodySize().bytes() + (64 << 10);
        ProducerOptions options = ProducerOptions.of("millrace-edge-work", topics.toArray(String[]::new))
                .withDeliveryTimeout(settings.deliveryTimeout())
                .with(ProducerConfig.LINGER_MS_CONFIG, "0")
                .with(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Long.toString(largestRequest));
        return new RecordProducer(kafka, options, context.meters());
    }

    private static RecordReader chunkReader(KafkaSettings kafka) {
        return new RecordReader(
                kafka,
                "edge-content",
                Topics.CHUNKS,
                CHUNK_READERS,
                chunk -> ChunkHeaders.verify(chunk.headers(), chunk.value()));
    }

    private static ServedModel served(ModelSettings model) {
        int dimensions = model.backend() == ModelBackend.ONNX ? model.dimensions() : 0;
        return new ServedModel(model.name(), Set.copyOf(model.endpoints()), dimensions);
    }

    private static JobRules jobRules(EdgeSettings settings, List<ServedModel> models) {
        return new JobRules(
                models.stream().flatMap(model -> model.endpoints().stream()).collect(Collectors.toSet()),
                settings.maxCompletionWindow(),
                new AfterJob(settings.webhooks().perJob(), settings.webhooks().urls(), settings.maxRetention()));
    }

    private static CallService calls(
            EdgeSettings settings,
            WorkProducer work,
            RequestQueries requests,
            ServiceContext context,
            InstantSource clock) {
        return new CallService(
                context.vertx(),
                work,
                requests,
                settings.publisherAddresses(),
                new CallLimits(settings.maxCalls(), settings.callTimeout(), settings.callDeadline()),
                context.meters(),
                clock);
    }
}
