package io.millrace.edge.protocol.openai;

import io.millrace.edge.calls.Call;
import io.millrace.edge.calls.CallFailure;
import io.millrace.edge.calls.CallIdentity;
import io.millrace.edge.calls.CallService;
import io.millrace.edge.calls.RunningCall;
import io.millrace.edge.calls.Sessions;
import io.millrace.edge.core.CallPlan;
import io.millrace.edge.core.EndpointRules;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * The endpoints at which someone waits for a model: the body is put into its lane as it came, and answered with its result, or
 * with the pieces of it as they come. A caller who goes away gives up its request.
 */
public final class CallHandler {
    private static final String SESSION = "Millrace-Session";

    private final Vertx vertx;
    private final CallService calls;
    private final List<EndpointRules> endpoints;
    private final long maxBody;

    /** Translates for this service; bodies may have this many bytes. */
    public CallHandler(Vertx vertx, CallService calls, List<EndpointRules> endpoints, long maxBody) {
        this.vertx = vertx;
        this.calls = calls;
        this.endpoints = List.copyOf(endpoints);
        this.maxBody = maxBody;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        for (EndpointRules rules : endpoints) {
            Resource.at(router, rules.endpoint())
                    .onBody(maxBody, context -> call(context, rules))
                    .mount();
        }
    }

    private void call(RoutingContext context, EndpointRules rules) {
        byte[] body = Json.bytes(context);
        CallPlan plan = rules.check(Json.parse(body));
        CallIdentity identity = new CallIdentity(session(context), IdempotencyKey.of(context));
        Call call = calls.newCall(Tenant.DEFAULT, identity, plan, body);
        context.response()
                .putHeader("Millrace-Request-Id", call.requestId())
                .putHeader("Millrace-Stream", call.streamId());
        if (plan.streamed()) {
            stream(context, plan, call);
        } else {
            RunningCall running = calls.run(call, delta -> {});
            context.response().closeHandler(gone -> running.abandon().run());
            running.result()
                    .onSuccess(result -> ResultAnswer.send(context, result))
                    .onFailure(failed -> {
                        sayWhetherToRetry(context, failed);
                        context.fail(failed);
                    });
        }
    }

    private static Optional<String> session(RoutingContext context) {
        return Optional.ofNullable(context.request().getHeader(SESSION)).map(name -> Sessions.stream(SESSION, name));
    }

    /** OpenAI's clients ask again by themselves after a 408, which would run the same request twice. */
    private static void sayWhetherToRetry(RoutingContext context, Throwable failed) {
        if (failed instanceof MillraceException known && known.code() == ErrorCode.REQUEST_RUNNING) {
            context.response().putHeader("x-should-retry", "false");
        }
    }

    private void stream(RoutingContext context, CallPlan plan, Call call) {
        EventStream events = new EventStream(vertx, context);
        StreamedCompletion completion = new StreamedCompletion(plan, call.requestId(), System.currentTimeMillis());
        RunningCall running = calls.run(call, delta -> completion.delta(delta).ifPresent(events::send));
        context.response().closeHandler(gone -> {
            events.gone();
            running.abandon().run();
        });
        running.result()
                .onSuccess(result -> {
                    if (result.hasSuccess()) {
                        completion.end(result.getSuccess()).forEach(events::send);
                        events.done();
                    } else {
                        events.fail(CallFailure.of(result));
                    }
                })
                .onFailure(failed -> {
                    if (!context.response().headWritten()) {
                        sayWhetherToRetry(context, failed);
                    }
                    events.fail(failed);
                });
    }
}
