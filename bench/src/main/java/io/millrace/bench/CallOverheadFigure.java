package io.millrace.bench;

import ai.onnxruntime.OrtException;
import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Embeddings;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code POST /v1/embeddings} takes longer than ONNX Runtime called directly; one text at a time, in turns. While the services
 * are young, their compilers take the cores from the call that they delay; so what counts comes after the warm-up, and the warm-up
 * is shown beside it.
 */
final class CallOverheadFigure {
    private static final int WARM_UP = 1_000;
    private static final double TARGET_MS = 15;

    private CallOverheadFigure() {}

    static List<Figure> measure(Path root, int calls)
            throws IOException, InterruptedException, ClientException, OrtException {
        int all = WARM_UP + calls;
        List<String> texts = Passages.make(root, all);
        double[] direct = new double[all];
        double[] through = new double[all];
        double[] overhead = new double[all];
        try (MillraceProcess millrace = MillraceProcess.start(root);
                MillraceClient client = new MillraceClient(ClientOptions.of(millrace.address()));
                OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 0)) {
            Embeddings embeddings = client.embeddings(LinkListener.NONE);
            for (int i = 0; i < texts.size(); i++) {
                List<String> text = texts.subList(i, i + 1);
                long began = System.nanoTime();
                encoder.encode(List.of(encoder.tokenize(text.get(0))));
                long encoded = System.nanoTime();
                embeddings.embed(MillraceProcess.MODEL, text);
                long answered = System.nanoTime();
                direct[i] = (encoded - began) / 1e6;
                through[i] = (answered - encoded) / 1e6;
                overhead[i] = through[i] - direct[i];
            }
        }
        System.out.printf(
                "  overhead of the first %d calls: p50 %.2f ms%n",
                WARM_UP, Quantiles.of(Arrays.copyOf(overhead, WARM_UP)).p50());
        System.out.printf(
                "  direct  p50 %.2f ms, p99 %.2f ms%n",
                counted(direct).p50(), counted(direct).p99());
        System.out.printf(
                "  through p50 %.2f ms, p99 %.2f ms%n",
                counted(through).p50(), counted(through).p99());
        return List.of(new Figure(
                "overhead of a call over ONNX Runtime, p50 of " + calls,
                counted(overhead).p50(),
                "ms",
                TARGET_MS,
                Figure.Bound.AT_MOST));
    }

    private static Quantiles counted(double[] times) {
        return Quantiles.of(Arrays.copyOfRange(times, WARM_UP, times.length));
    }
}
