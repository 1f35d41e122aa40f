package io.millrace.bench;

import com.google.protobuf.ByteString;
import io.millrace.broker.BrokerOptions;
import io.millrace.broker.LocalBroker;
import io.millrace.client.ClientException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.Success;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.stream.IntStream;

/** Requests per second through everything but a model, beside a plain chain of records of the same sizes. */
final class PipelineFigure {
    private static final double TARGET_SHARE = 0.5;
    /** A loop-back takes as many as it gets, like a GPU. */
    static final String BATCH = "128";
    /** Calls are slower by so much that fewer of them do. */
    private static final int CALLS_SHARE = 20;
    /** What the benchmark can hold several times; a longer job says them again, and the chain runs no longer. */
    private static final int MOST_TEXTS = 200_000;

    private PipelineFigure() {}

    static List<Figure> measure(Path root, int count) throws IOException, InterruptedException, ClientException {
        List<String> texts = Passages.make(root, Math.min(count, MOST_TEXTS));
        List<String> lines = new Repeated(texts, count);
        double before = chain(texts);
        double job;
        double calls;
        try (MillraceProcess millrace = MillraceProcess.startLoopBack(
                "models=[{name: " + MillraceProcess.MODEL + ", max_batch_size: " + BATCH + "}]")) {
            job = WarmRuns.median(() -> JobRun.completedPerSecond(millrace.address(), lines));
            CallLoad load = new CallLoad(millrace.address(), texts);
            calls = WarmRuns.median(() -> load.perSecond(texts.size() / CALLS_SHARE));
        }
        double after = chain(texts);
        System.out.printf(
                "  job %.0f/s, calls %.0f/s, plain chain %.0f/s before and %.0f/s after%n", job, calls, before, after);
        double chain = (before + after) / 2;
        return List.of(
                new Figure(
                        "pipeline alone, job of " + count + ", share of the plain chain",
                        job / chain,
                        "",
                        TARGET_SHARE,
                        Figure.Bound.AT_LEAST),
                new Figure(
                        "pipeline alone, " + CallLoad.CONNECTIONS + " calls at a time, share of the plain chain",
                        calls / chain,
                        "",
                        TARGET_SHARE,
                        Figure.Bound.AT_LEAST));
    }

    /** The same texts again and again, so many in all. */
    private static final class Repeated extends AbstractList<String> implements RandomAccess {
        private final List<String> texts;
        private final int size;

        Repeated(List<String> texts, int size) {
            this.texts = texts;
            this.size = size;
        }

        @Override
        public String get(int index) {
            return texts.get(Objects.checkIndex(index, size) % texts.size());
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** Questions per second through a chain of plain clients, warmed up by the same. */
    static double chain(List<String> texts) throws IOException, InterruptedException, ClientException {
        Path folder = Files.createTempDirectory("millrace-bench-chain");
        List<InferenceRequest> requests = requests(texts);
        List<byte[]> questions =
                requests.stream().map(InferenceRequest::toByteArray).toList();
        List<byte[]> answers = requests.stream()
                .limit(LoopBackBackend.ANSWERS)
                .map(request -> result(request).toByteArray())
                .toList();
        try (LocalBroker broker = LocalBroker.start(BrokerOptions.in(folder));
                PlainChain chain = new PlainChain(KafkaSettings.at(broker.bootstrapServers()), answers)) {
            return WarmRuns.median(() -> chain.perSecond(questions));
        } finally {
            Leftovers.remove(folder);
        }
    }

    /** As they would stand in a lane. */
    static List<InferenceRequest> requests(List<String> texts) {
        String job = Ids.create(Ids.BATCH, System.currentTimeMillis());
        return IntStream.range(0, texts.size())
                .mapToObj(item -> request(job, item, texts.get(item)))
                .toList();
    }

    private static InferenceRequest request(String job, int item, String text) {
        return InferenceRequest.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setRequestId(Ids.request(job, item))
                .setStream(StreamAddress.newBuilder()
                        .setKind(StreamKind.STREAM_KIND_JOB)
                        .setId(job))
                .setItem(item)
                .setCustomId("p" + item)
                .setModel(MillraceProcess.MODEL)
                .setEndpoint("/v1/embeddings")
                .setBody(ByteString.copyFromUtf8(CallLoad.body(text)))
                .build();
    }

    private static StreamEvent result(InferenceRequest request) {
        return StreamEvent.newBuilder()
                .setTenant(request.getTenant())
                .setStreamId(request.getStream().getId())
                .setResult(Result.newBuilder()
                        .setRequestId(request.getRequestId())
                        .setItem(request.getItem())
                        .setCustomId(request.getCustomId())
                        .setSuccess(Success.newBuilder()
                                .setStatusCode(200)
                                .setBody(LoopBackBackend.answer(request.getItem()))))
                .build();
    }
}
