package io.millrace.client;

/**
 * A place in a result stream: everything up to this event has been handled.
 *
 * @param epoch the stream's epoch; in another epoch the same offset means another event
 * @param offset the event's number, from 0; -1 before the first
 */
public record Position(String epoch, long offset) {}
