package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Attempts of a test, and how they ended. */
public final class Attempts {
    private final Map<String, List<Outcome>> outcomes = new ConcurrentHashMap<>();

    /** A request with this body. */
    public static InferenceRequest request(String id, StreamKind kind, String model, String endpoint, String body) {
        return InferenceRequest.newBuilder()
                .setRequestId(id)
                .setStream(StreamAddress.newBuilder().setKind(kind).setId("stream-" + id))
                .setModel(model)
                .setEndpoint(endpoint)
                .setBody(ByteString.copyFromUtf8(body))
                .build();
    }

    /** A first attempt, of a call in the online lane or of a job in the batch lane. */
    public RequestAttempt of(InferenceRequest request) {
        Lane lane = request.getStream().getKind() == StreamKind.STREAM_KIND_CALL ? Lane.ONLINE : Lane.BATCH;
        return new RequestAttempt(
                request,
                lane,
                1,
                (attempt, outcome) -> outcomes.computeIfAbsent(
                                attempt.request().getRequestId(), id -> new CopyOnWriteArrayList<>())
                        .add(outcome));
    }

    /** Waits for the end of this request. */
    public Outcome outcome(String id) {
        Eventually.check(() -> outcomes.containsKey(id), id + " has ended");
        return outcomes.getOrDefault(id, List.of()).getFirst();
    }

    /** How a request ended, if it has. */
    public @Nullable Outcome now(String id) {
        return outcomes.containsKey(id) ? outcome(id) : null;
    }

    /** How many requests have ended. */
    public int ended() {
        return outcomes.size();
    }

    /** Whether no request ended twice. */
    public boolean eachOnce() {
        return outcomes.values().stream().allMatch(each -> each.size() == 1);
    }
}
