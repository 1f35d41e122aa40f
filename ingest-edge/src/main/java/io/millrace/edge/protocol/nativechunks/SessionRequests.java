package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallFailure;
import io.millrace.edge.calls.RunningCall;
import io.millrace.edge.core.SequenceSet;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.Result;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection for whose results its client waits. Their bodies are collected here, because they are small and
 * go to the brokers whole; so none of their chunks is acknowledged by itself. For its event loop alone.
 */
final class SessionRequests implements ContentReceiver {
    private final IngestSurroundings around;
    private final IngestAnswers answers;
    private final SessionCredit credit;
    private final long mostHeld;
    private final Map<Integer, OpenRequest> requests = new HashMap<>();
    private long held;
    /** Results that the client has not taken yet. */
    private int leaving;

    SessionRequests(IngestSurroundings around, IngestAnswers answers, SessionCredit credit) {
        this.around = around;
        this.answers = answers;
        this.credit = credit;
        this.mostHeld = Math.max(around.window(), around.calls().maxBody());
    }

    boolean has(int number) {
        return requests.containsKey(number);
    }

    /** How many there are, with those whose results are on their way, so that one who does not read cannot ask for ever. */
    int size() {
        return requests.size() + leaving;
    }

    @Override
    public void open(IngestOpen open) {
        try {
            OpenRequest request = around.calls().read(open);
            requests.put(request.number(), request);
            answers.send(ServerFrames.opened(request.number(), around.requestBounds(), credit.granted()));
        } catch (MillraceException e) {
            answers.refuse(open.getUpload(), e);
        }
    }

    @Override
    public void chunk(IngestChunk chunk) {
        @Nullable OpenRequest request = requests.get(chunk.getUpload());
        if (request == null) {
            return;
        }
        credit.taken(chunk.getLength());
        Failures.attempt(() -> {
                    ChunkRules.check(chunk, around.chunkBytes(), false);
                    return around.decoded(chunk);
                })
                .onComplete((bytes, failed) -> {
                    credit.givenBack(chunk.getLength());
                    if (requests.get(request.number()) != request) {
                        return;
                    }
                    if (failed == null) {
                        take(request, chunk, bytes);
                    } else {
                        refuse(request, chunk.getSequence(), Failures.known(failed));
                    }
                });
    }

    private void take(OpenRequest request, IngestChunk chunk, byte[] bytes) {
        try {
            if (bytes.length > mostHeld - held) {
                throw new MillraceException(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "the requests of a connection that are not complete may have at most " + mostHeld + " bytes");
            }
            held += request.take(chunk, bytes);
            runIfWhole(request);
        } catch (MillraceException e) {
            end(request, e);
        }
    }

    private void refuse(OpenRequest request, long sequence, MillraceException why) {
        if (ChunkRules.concernsChunk(why.code())) {
            answers.refuseChunk(request.number(), sequence, why);
        } else {
            end(request, why);
        }
    }

    @Override
    public void complete(IngestComplete asked) {
        @Nullable OpenRequest request = requests.get(asked.getUpload());
        if (request == null) {
            return;
        }
        try {
            request.completing(asked);
            runIfWhole(request);
        } catch (MillraceException e) {
            end(request, e);
        }
    }

    private void runIfWhole(OpenRequest request) {
        long before = request.held();
        Optional<byte[]> whole = request.whole();
        held -= before - request.held();
        whole.ifPresent(body -> run(request, around.calls().call(request, body)));
    }

    private void run(OpenRequest request, Call call) {
        RunningCall running = around.calls().run(call, delta -> piece(request, delta));
        request.runs(call, running);
        running.accepted()
                .compose(accepted -> {
                    announce(request);
                    return running.result();
                })
                .onComplete((result, failed) -> ended(request, result, failed));
    }

    private void announce(OpenRequest request) {
        if (requests.get(request.number()) == request && request.announce()) {
            request.call().ifPresent(call -> answers.send(ServerFrames.completed(request.number(), call)));
        }
    }

    /** One that the client has no room for is left out: soon another one has the whole text, and the result has everything. */
    private void piece(OpenRequest request, Delta delta) {
        announce(request);
        if (requests.get(request.number()) == request && !answers.isFull()) {
            answers.send(ServerFrames.delta(request.number(), delta));
        }
    }

    private void ended(OpenRequest request, @Nullable Result result, @Nullable Throwable failed) {
        if (!requests.remove(request.number(), request)) {
            return;
        }
        if (result == null) {
            answers.refuse(request.number(), Failures.known(failed == null ? new IllegalStateException() : failed));
        } else if (result.hasSuccess()) {
            leaving++;
            answers.send(ServerFrames.result(request.number(), result)).onComplete(left -> leaving--);
        } else {
            answers.refuse(request.number(), CallFailure.of(result));
        }
    }

    /** What runs is ended by its stream, which also decides whether it was done before; that is told as always. */
    @Override
    public void cancel(int number) {
        @Nullable OpenRequest request = requests.get(number);
        if (request == null) {
            return;
        }
        if (request.call().isPresent()) {
            around.calls().cancel(request.call().get()).onFailure(failed -> end(request, Failures.known(failed)));
        } else {
            end(request, new MillraceException(ErrorCode.REQUEST_CANCELLED, "the request is cancelled"));
        }
    }

    @Override
    public void query(int number) {
        answers.send(ServerFrames.acked(ServerFrames.ack(number, new SequenceSet(), credit.granted())));
    }

    /** Tells the client how much may be under way, if there is a request by which to tell it. */
    void tellCredit() {
        requests.keySet().stream().findAny().ifPresent(this::query);
    }

    private void end(OpenRequest request, MillraceException why) {
        if (requests.remove(request.number(), request)) {
            held -= request.held();
            request.abandon();
            answers.refuse(request.number(), why);
        }
    }

    /** The connection is gone, and nobody waits for its requests here any more. */
    void closed() {
        requests.values().forEach(OpenRequest::abandon);
        requests.clear();
    }
}
