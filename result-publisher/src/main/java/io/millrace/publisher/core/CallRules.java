package io.millrace.publisher.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.CancelRequested;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.DeadlineReached;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.RequestState;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.TokenUsage;
import java.util.Optional;

/** The life of the calls of one stream: each is accepted, then settled once. Such a stream has no end. */
public final class CallRules {
    private final StreamKey stream;
    private final Items items;
    private final RecordPosition at;

    CallRules(StreamKey stream, Items items, RecordPosition at) {
        this.stream = stream;
        this.items = items;
        this.at = at;
    }

    Decision decide(StreamEvent event, Optional<StreamState> before) {
        if (event.hasCallAccepted()) {
            return accepted(event.getCallAccepted(), before);
        }
        if (before.isEmpty()) {
            return new Decision.Refused("no call of stream " + stream.id() + " was accepted");
        }
        return switch (event.getKindCase()) {
            case RESULT -> result(event.getResult(), before.get());
            case DEADLINE_REACHED -> deadline(event.getDeadlineReached(), before.get());
            case CANCEL_REQUESTED -> cancel(event.getCancelRequested(), before.get());
            case JOB_SUBMITTED,
                    EXPANDED,
                    EXPANSION_FINISHED,
                    CALL_ACCEPTED,
                    FORGET,
                    RESULTS,
                    WEBHOOK_SETTLED,
                    DELETE_REQUESTED,
                    KIND_NOT_SET -> new Decision.Refused("no event of a call: " + event.getKindCase());
        };
    }

    private Decision accepted(CallAccepted call, Optional<StreamState> before) {
        if (call.getItem() < 0 || !call.getRequestId().equals(stream.requestId(call.getItem()))) {
            return new Decision.Refused("the call's request '" + call.getRequestId() + "' is not item " + call.getItem()
                    + " of " + stream.id());
        }
        if (call.getDeadlineMs() <= 0) {
            return new Decision.Refused("call " + call.getRequestId() + " has no deadline");
        }
        Optional<RequestState> known = items.find(call.getItem());
        if (known.isPresent()) {
            boolean same = fingerprint(known.get()).equals(call.getFingerprint());
            return new Decision.Dropped(same ? Decision.Cause.REPEATED : Decision.Cause.CONFLICT);
        }
        Transition next = before.map(state -> new Transition(state, at)).orElseGet(() -> Transition.first(at));
        next.state().setRegistered(Math.max(next.state().getRegistered(), call.getItem() + 1));
        next.counts().setTotal(next.counts().getTotal() + 1);
        next.open(call.getItem(), RequestState.newBuilder().setCall(call).build());
        next.start(timerOf(call));
        if (next.state().getEndedAtMs() > 0) {
            Afterwards.timers(stream, next.state()).forEach(next::clear);
            next.state().setEndedAtMs(0);
        }
        return next.applied();
    }

    /** Of what was asked under an idempotency key; empty where there was none. */
    public static ByteString fingerprint(RequestState request) {
        return request.hasCall() ? request.getCall().getFingerprint() : request.getFingerprint();
    }

    private Decision result(Result result, StreamState state) {
        return switch (Answer.of(result, stream)) {
            case Answer.Fault fault -> new Decision.Refused(fault.reason());
            case Answer.Sound answer -> sound(answer, state);
        };
    }

    private Decision sound(Answer.Sound answer, StreamState state) {
        Optional<RequestState> request = items.find(answer.result().getItem());
        if (request.isEmpty()) {
            return new Decision.Refused("request " + answer.result().getRequestId() + " is not registered");
        }
        if (request.get().hasResultOffset()) {
            return new Decision.Dropped(Decision.Cause.OUTCOME_EXISTS);
        }
        return settled(answer, request.get().getCall(), new Transition(state, at));
    }

    private Decision deadline(DeadlineReached deadline, StreamState state) {
        Optional<RequestState> request = request(deadline.getRequestId());
        if (request.isPresent()
                && request.get().hasCall()
                && request.get().getCall().getDeadlineMs() != deadline.getDeadlineMs()) {
            return new Decision.Refused("the deadline of " + deadline.getRequestId() + " is another");
        }
        return giveUp(
                deadline.getRequestId(), ErrorCode.REQUEST_EXPIRED, "the request had no result by its deadline", state);
    }

    private Decision cancel(CancelRequested cancel, StreamState state) {
        return giveUp(cancel.getRequestId(), ErrorCode.REQUEST_CANCELLED, "the request was cancelled", state);
    }

    /** Settles a request without a worker, and tells the workers. */
    private Decision giveUp(String requestId, ErrorCode code, String message, StreamState state) {
        Optional<RequestState> request = request(requestId);
        if (request.isEmpty()) {
            return new Decision.Refused("request '" + requestId + "' is not registered");
        }
        if (request.get().hasResultOffset()) {
            return new Decision.Dropped(Decision.Cause.OUTCOME_EXISTS);
        }
        CallAccepted call = request.get().getCall();
        Transition next = new Transition(state, at);
        next.cancel(Control.newBuilder()
                .setTenant(stream.tenant())
                .setCancelledRequestId(requestId)
                .build());
        Result result = Result.newBuilder()
                .setRequestId(requestId)
                .setItem(call.getItem())
                .setFailure(Failure.newBuilder().setCode(code.code()).setMessage(message))
                .build();
        return settled(new Answer.Sound(result, TokenUsage.getDefaultInstance()), call, next);
    }

    private Optional<RequestState> request(String requestId) {
        return Ids.itemOfRequest(stream.id(), requestId).flatMap(items::find);
    }

    private Decision settled(Answer.Sound answer, CallAccepted call, Transition next) {
        next.settle(answer.result(), answer.usage(), call.getFingerprint());
        next.clear(timerOf(call));
        if (next.settled() == next.counts().getTotal()) {
            next.state().setEndedAtMs(next.atMs());
            Afterwards.timers(stream, next.state()).forEach(next::start);
        }
        return next.applied();
    }

    private Timer timerOf(CallAccepted call) {
        return new Timer(call.getDeadlineMs(), Timer.Purpose.DEADLINE, stream, call.getItem());
    }
}
