package io.millrace.edge.calls;

import io.millrace.schemas.v1.Result;
import io.vertx.core.Future;

/**
 * A call that is under way, as one of its callers sees it. Futures complete on the caller's event loop.
 *
 * @param accepted completes when the brokers have the request; fails as the result does
 * @param result how it ended
 * @param abandon to be run when this caller has gone
 */
public record RunningCall(Future<Void> accepted, Future<Result> result, Runnable abandon) {}
