package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.Hub;

/**
 * What all sessions of subscribers share.
 *
 * @param hub wakes them
 * @param log has what the hub does not hold
 * @param pages reads of older events
 * @param lookups reads of one thing, not to wait behind pages
 * @param relays to the streams of other instances
 * @param limits bounds on each of them, and on all
 * @param meters count them
 */
public record Surroundings(
        Hub hub,
        EventLog log,
        BlockingReads pages,
        BlockingReads lookups,
        Relays relays,
        Limits limits,
        SessionMeters meters) {

    /**
     * Bounds.
     *
     * @param sessions sockets and event streams in all
     * @param subscriptions subscriptions of one socket
     * @param framesPerSecond frames that one socket sends, on average
     */
    public record Limits(int sessions, int subscriptions, int framesPerSecond) {}
}
