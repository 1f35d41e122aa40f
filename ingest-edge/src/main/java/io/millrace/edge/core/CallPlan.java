package io.millrace.edge.core;

/**
 * What a call asks for.
 *
 * @param model who is to answer
 * @param endpoint the endpoint that was called
 * @param streamed whether the caller wants the answer in pieces, as it comes
 * @param usage whether a streamed answer ends with what it used
 */
public record CallPlan(ServedModel model, String endpoint, boolean streamed, boolean usage) {
    /** The same for a caller who wants nothing before the whole answer. */
    public CallPlan whole() {
        return new CallPlan(model, endpoint, false, usage);
    }
}
