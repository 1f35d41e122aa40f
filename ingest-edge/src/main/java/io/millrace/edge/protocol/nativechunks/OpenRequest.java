package io.millrace.edge.protocol.nativechunks;

import com.google.protobuf.ByteString;
import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallIdentity;
import io.millrace.edge.calls.RunningCall;
import io.millrace.edge.core.CollectedBody;
import io.millrace.edge.core.EndpointRules;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestComplete;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on one connection: its body until that is whole, from then on its call. For its event loop alone. */
final class OpenRequest {
    private final int number;
    private final EndpointRules rules;
    private final CallIdentity identity;
    private final boolean deltas;
    private final CollectedBody body;
    private @Nullable IngestComplete complete;
    private @Nullable Call call;
    private @Nullable RunningCall running;
    private boolean announced;

    OpenRequest(int number, EndpointRules rules, CallIdentity identity, boolean deltas, CollectedBody body) {
        this.number = number;
        this.rules = rules;
        this.identity = identity;
        this.deltas = deltas;
        this.body = body;
    }

    int number() {
        return number;
    }

    EndpointRules rules() {
        return rules;
    }

    CallIdentity identity() {
        return identity;
    }

    /** Whether the pieces of its result are wanted. */
    boolean deltas() {
        return deltas;
    }

    /** Takes a chunk, unless the body is whole already; returns how many more bytes are held because of it. */
    int take(IngestChunk chunk, byte[] bytes) {
        return call == null ? body.add(chunk.getSequence(), chunk.getOffset(), ByteString.copyFrom(bytes)) : 0;
    }

    /** How many bytes of the body are held here. */
    long held() {
        return body.size();
    }

    /** The client has sent all it has. */
    void completing(IngestComplete asked) {
        complete = asked;
    }

    /** The body, once the client has sent all and all of it is there; only once. */
    Optional<byte[]> whole() {
        @Nullable IngestComplete asked = complete;
        if (call != null || asked == null || !body.has(asked.getCount())) {
            return Optional.empty();
        }
        return Optional.of(body.take(asked.getCount(), asked.getSha256()));
    }

    /** It runs from here on. */
    void runs(Call asCall, RunningCall asRunning) {
        call = asCall;
        running = asRunning;
    }

    /** What it became, once its body was whole. */
    Optional<Call> call() {
        return Optional.ofNullable(call);
    }

    /** Whether the client is to be told, with this, that the brokers have it: only the first time. */
    boolean announce() {
        boolean first = !announced;
        announced = true;
        return first;
    }

    /** Nobody waits for it here any more. */
    void abandon() {
        if (running != null) {
            running.abandon().run();
        }
    }
}
