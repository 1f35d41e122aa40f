package io.millrace.bench.faults;

import io.millrace.bench.faults.Http.Ask;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks for an embedding and waits for it; where that fails, once more at the next edge. */
final class Calls implements Flow {
    /** Calls that were not answered, not even at the second attempt. */
    static final String FAILED = "calls: not answered with one retry";
    /** All calls. */
    static final String MADE = "calls: made";

    /** A call takes longer than other answers: a model is asked. */
    private static final int TIMES_SILENCE = 2;

    private static final Duration DISTANCE = Duration.ofMillis(100);

    private final Http edges;
    private final Watch watch;

    Calls(Http edges, Watch watch) {
        this.edges = edges;
        this.watch = watch;
    }

    @Override
    public String name() {
        return "calls";
    }

    @Override
    public void round(long number) throws Exception {
        watch.count(MADE);
        Ask ask =
                Ask.json("/v1/embeddings", "{\"model\":\"" + Contents.MODEL + "\",\"input\":\"call " + number + "\"}");
        try (Track track = watch.stalls.begin("call")) {
            int turn = edges.turn();
            boolean answered = answered(ask, turn);
            if (!answered) {
                watch.count("calls: tried again");
                Http.pause();
                answered = answered(ask, turn + 1);
            }
            if (answered) {
                track.moved();
            } else {
                watch.count(FAILED);
            }
        }
    }

    @Override
    public Duration distance() {
        return DISTANCE;
    }

    private boolean answered(Ask ask, int turn) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = edges.once(ask, edges.silence().multipliedBy(TIMES_SILENCE), turn);
            Optional<String> id = answer.headers().firstValue("Millrace-Request-Id");
            if (answer.statusCode() == 200) {
                watch.callAnswered(id.orElse(""));
                return true;
            }
            watch.count("calls: answered with " + answer.statusCode());
        } catch (IOException e) {
            watch.count("calls: " + e.getClass().getSimpleName());
        }
        return false;
    }
}
