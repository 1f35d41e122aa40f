package io.millrace.testing.deployment;

import java.time.Duration;
import java.util.Map;

/** How long processes may be silent before others take them for dead. */
public enum Clocks {
    /** As low as two busy cores still keep. */
    LOWERED(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(5)),
    /** As Kafka has them where nobody sets them. */
    KAFKAS(Duration.ofSeconds(45), Duration.ofSeconds(30), Duration.ofSeconds(15));

    private static final Map<String, String> KAFKAS_BROKERS = Map.ofEntries(
            Map.entry("group.min.session.timeout.ms", "6000"),
            Map.entry("group.initial.rebalance.delay.ms", "3000"),
            Map.entry("broker.session.timeout.ms", "9000"),
            Map.entry("broker.heartbeat.interval.ms", "2000"),
            Map.entry("group.share.min.record.lock.duration.ms", "15000"),
            Map.entry("group.share.min.session.timeout.ms", "45000"),
            Map.entry("group.share.session.timeout.ms", "45000"),
            Map.entry("group.share.min.heartbeat.interval.ms", "5000"),
            Map.entry("group.share.heartbeat.interval.ms", "5000"),
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10000"));

    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final Duration BEYOND_TIME_OUT = Duration.ofSeconds(3);
    /** {@code broker.session.timeout.ms}, and the eighth of it after which the controller looks again whether one is over. */
    private static final Duration BROKER_SESSION = Duration.ofMillis(9_000 + 1_125);
    /** {@code controller.quorum.fetch.timeout.ms}, and {@code controller.quorum.election.timeout.ms} for a vote that nobody wins. */
    private static final Duration ELECTION = Duration.ofSeconds(2 + 1);

    private final Duration session;
    private final Duration lock;
    private final Duration clientSilence;

    Clocks(Duration session, Duration lock, Duration clientSilence) {
        this.session = session;
        this.lock = lock;
        this.clientSilence = clientSilence;
    }

    /** After how long a silent member of a consumer group loses its work. */
    Duration session() {
        return session;
    }

    /** After how long a silent worker's requests go to another. */
    Duration lock() {
        return lock;
    }

    /**
     * After how long without an answer clients try it again, elsewhere: later than brokers notice that one of them is dead, or all
     * would give up a moment before they have their answers, and begin anew.
     */
    public Duration clientSilence() {
        return clientSilence;
    }

    /** How long nothing may be felt before a fault is over. What a dead worker's fetches were given may be locked for long. */
    public Duration aftermath() {
        return this == LOWERED ? Duration.ofSeconds(3) : lock.plus(BEYOND_TIME_OUT);
    }

    /** Settings of brokers over those that they have in every deployment. */
    Map<String, String> brokers() {
        return this == LOWERED ? Map.of() : KAFKAS_BROKERS;
    }

    /**
     * How long clients may wait at most for anything when a process of this kind is killed: with lowered clocks 10 s, else the
     * time-outs by which its death is noticed and 3 s. The death of an edge is noticed by its clients.
     *
     * @param controller whether it is the active controller, too: the others wait for it before one of them begins to count a
     *     broker's session
     */
    public Duration bound(Kind kind, boolean controller) {
        if (this == LOWERED) {
            return BOUND;
        }
        return switch (kind) {
            case EDGE -> BOUND;
            case BROKER ->
                BROKER_SESSION.plus(controller ? ELECTION : Duration.ZERO).plus(BEYOND_TIME_OUT);
            case ASSEMBLER, PUBLISHER, WORKER -> session.plus(BEYOND_TIME_OUT);
        };
    }
}
