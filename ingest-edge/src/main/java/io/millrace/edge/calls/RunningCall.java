package io.millrace.edge.calls;

import io.millrace.schemas.v1.Result;
import io.vertx.core.Future;

/**
 * A call that is under way, as one of its callers sees it.
 *
 * @param result on the caller's event loop
 * @param abandon to be run when this caller has gone
 */
public record RunningCall(Future<Result> result, Runnable abandon) {}
