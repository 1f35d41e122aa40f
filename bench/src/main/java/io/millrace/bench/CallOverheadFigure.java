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
import java.util.List;

/** What {@code POST /v1/embeddings} takes longer than ONNX Runtime called directly; one text at a time, in turns. */
final class CallOverheadFigure {
    private static final int WARM_UP = 300;
    private static final double TARGET_MS = 15;

    private CallOverheadFigure() {}

    static List<Figure> measure(Path root, int calls)
            throws IOException, InterruptedException, ClientException, OrtException {
        List<String> texts = Passages.make(root, WARM_UP + calls);
        double[] direct = new double[calls];
        double[] through = new double[calls];
        double[] overhead = new double[calls];
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
                if (i >= WARM_UP) {
                    int n = i - WARM_UP;
                    direct[n] = (encoded - began) / 1e6;
                    through[n] = (answered - encoded) / 1e6;
                    overhead[n] = through[n] - direct[n];
                }
            }
        }
        System.out.printf(
                "  direct  p50 %.2f ms, p99 %.2f ms%n",
                Quantiles.of(direct).p50(), Quantiles.of(direct).p99());
        System.out.printf(
                "  through p50 %.2f ms, p99 %.2f ms%n",
                Quantiles.of(through).p50(), Quantiles.of(through).p99());
        return List.of(new Figure(
                "overhead of a call over ONNX Runtime, p50 of " + calls,
                Quantiles.of(overhead).p50(),
                "ms",
                TARGET_MS,
                Figure.Bound.AT_MOST));
    }
}
