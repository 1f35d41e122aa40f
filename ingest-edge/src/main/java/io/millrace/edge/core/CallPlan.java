package io.millrace.edge.core;

/**
 * What a call asks for.
 *
 * @param model who is to answer
 * @param endpoint the endpoint that was called
 * @param streamed whether the caller wants the answer in pieces, as it comes
 * @param usage whether a streamed answer ends with what it used
 */
public record CallPlan(ServedModel model, String endpoint, boolean streamed, boolean usage) {}
