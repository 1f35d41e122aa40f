package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallIdentity;
import io.millrace.edge.calls.CallService;
import io.millrace.edge.calls.RunningCall;
import io.millrace.edge.calls.Sessions;
import io.millrace.edge.core.CallPlan;
import io.millrace.edge.core.CollectedBody;
import io.millrace.edge.core.EndpointRules;
import io.millrace.edge.http.Json;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.IngestOpen;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what an opening says of a request, and runs the request by the rules that its endpoint has over HTTP. Thread-safe. */
public final class NativeCalls {
    private final CallService calls;
    private final Map<String, EndpointRules> endpoints = new TreeMap<>();
    private final long maxBody;

    /** Translates for this service; bodies may have this many bytes. */
    public NativeCalls(CallService calls, List<EndpointRules> endpoints, long maxBody) {
        this.calls = calls;
        endpoints.forEach(rules -> this.endpoints.put(rules.endpoint(), rules));
        this.maxBody = maxBody;
    }

    /** The most bytes that the body of a request may have. */
    long maxBody() {
        return maxBody;
    }

    /** @throws MillraceException that names the field at fault */
    OpenRequest read(IngestOpen open) {
        OpenRules.checkAll(open);
        OpenRules.check(
                open.getLength() <= maxBody,
                "length",
                ErrorCode.UPLOAD_TOO_LARGE,
                "the body of a request may have at most " + maxBody + " bytes");
        OpenRules.check(!open.getRecordAligned(), "record_aligned", "only a job's file is expanded line by line");
        @Nullable EndpointRules rules = endpoints.get(open.getRequest().getEndpoint());
        if (rules == null) {
            throw OpenRules.wrong(
                    "request.endpoint", ErrorCode.INVALID_REQUEST, "it must be one of " + endpoints.keySet());
        }
        Optional<String> session = Optional.of(open.getRequest().getSession())
                .filter(name -> !name.isEmpty())
                .map(name -> Sessions.stream("request.session", name));
        OptionalLong length = open.hasLength() ? OptionalLong.of(open.getLength()) : OptionalLong.empty();
        return new OpenRequest(
                open.getUpload(),
                rules,
                new CallIdentity(session, OpenRules.key(open)),
                open.getRequest().getDeltas(),
                new CollectedBody(maxBody, length));
    }

    /** @throws MillraceException that names the field at fault */
    Call call(OpenRequest request, byte[] body) {
        CallPlan plan = request.rules().check(Json.parse(body));
        if (request.deltas() && !plan.streamed()) {
            throw OpenRules.wrong(
                    "request.deltas", ErrorCode.INVALID_REQUEST, "the body must ask for them, with \"stream\": true");
        }
        return calls.newCall(Tenant.DEFAULT, request.identity(), request.deltas() ? plan : plan.whole(), body);
    }

    RunningCall run(Call call, Consumer<Delta> onDelta) {
        return calls.run(call, onDelta);
    }

    Future<Void> cancel(Call call) {
        return calls.cancel(call.tenant(), call.requestId());
    }
}
