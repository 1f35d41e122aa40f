package io.millrace.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a call costs beside the model: a loop-back in its place, one call after the other. */
final class TrivialCallFigures {
    private static final int WARM_UP = 500;
    private static final double TARGET_P50_MS = 12;
    private static final double TARGET_P99_MS = 40;

    private TrivialCallFigures() {}

    static List<Figure> measure(int calls) throws IOException, InterruptedException {
        double[] millis = new double[calls];
        try (MillraceProcess millrace = MillraceProcess.startLoopBack();
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest call = HttpRequest.newBuilder(millrace.address().resolve("/v1/embeddings"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"" + MillraceProcess.MODEL + "\",\"input\":\"a\"}"))
                    .build();
            for (int i = -WARM_UP; i < calls; i++) {
                long begin = System.nanoTime();
                HttpResponse<String> answer = http.send(call, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException("a call failed: " + answer.body());
                }
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
        }
        Quantiles quantiles = Quantiles.of(millis);
        return List.of(
                new Figure("call of a trivial model, p50", quantiles.p50(), "ms", TARGET_P50_MS, Figure.Bound.AT_MOST),
                new Figure("call of a trivial model, p99", quantiles.p99(), "ms", TARGET_P99_MS, Figure.Bound.AT_MOST));
    }
}
