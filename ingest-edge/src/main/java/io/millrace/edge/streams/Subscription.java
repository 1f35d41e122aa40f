package io.millrace.edge.streams;

import io.millrace.edge.core.FollowedStream;

/** One subscription of a subscriber. For its event loop alone. */
final class Subscription {
    private final int number;
    private final long id;
    private final FollowedStream followed;
    private long waitingSinceNanos;
    private Phase phase = Phase.WAITING;

    enum Phase {
        /** No publisher has been asked for it, or the one that was is gone. */
        WAITING,
        /** The present publisher has been asked. */
        ASKED,
        /** The present publisher sends it. */
        RUNNING,
        /** Its last event was sent. */
        ENDED
    }

    /** @param id what it is called on publishers' sockets; never that of another one */
    Subscription(int number, long id, FollowedStream followed, long nowNanos) {
        this.number = number;
        this.id = id;
        this.followed = followed;
        this.waitingSinceNanos = nowNanos;
    }

    int number() {
        return number;
    }

    long id() {
        return id;
    }

    FollowedStream followed() {
        return followed;
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    /** Whether the present publisher knows of it. */
    boolean isKnown() {
        return phase == Phase.ASKED || phase == Phase.RUNNING;
    }

    void asked() {
        phase = Phase.ASKED;
    }

    void runs() {
        phase = Phase.RUNNING;
    }

    void ends() {
        phase = Phase.ENDED;
    }

    /** The publisher does not send it any more. */
    void lost(long nowNanos) {
        if (phase == Phase.RUNNING) {
            waitingSinceNanos = nowNanos;
        }
        if (phase != Phase.ENDED) {
            phase = Phase.WAITING;
        }
    }

    /** For how long no publisher has sent it. */
    long waitedNanos(long nowNanos) {
        return nowNanos - waitingSinceNanos;
    }
}
