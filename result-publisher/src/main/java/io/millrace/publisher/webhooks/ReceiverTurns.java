package io.millrace.publisher.webhooks;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Shares the calls that may run at a time out to receivers: one that never answers has a quarter of them at most, and holds up
 * nobody else. Fair. Thread-safe.
 */
final class ReceiverTurns {
    private static final int SHARES = 4;

    private final int share;
    private final Semaphore all;
    private final ConcurrentHashMap<String, Lane> lanes = new ConcurrentHashMap<>();

    /** @param atOnce calls that run at a time */
    ReceiverTurns(int atOnce) {
        this.share = Math.max(1, atOnce / SHARES);
        this.all = new Semaphore(atOnce, true);
    }

    /** What is to be done in a turn. */
    interface Call {
        /** Does it. */
        void run() throws InterruptedException;
    }

    /**
     * A receiver's share, there as long as somebody wants it.
     *
     * @param users who have it or wait for it
     */
    private record Lane(Semaphore turns, int users) {}

    /** Makes a call when it is the receiver's turn. Blocks. */
    void take(String receiver, Call call) throws InterruptedException {
        Semaphore turns = enter(receiver);
        try {
            turns.acquire();
            try {
                all.acquire();
                try {
                    call.run();
                } finally {
                    all.release();
                }
            } finally {
                turns.release();
            }
        } finally {
            leave(receiver);
        }
    }

    private Semaphore enter(String receiver) {
        return Objects.requireNonNull(lanes.compute(
                        receiver,
                        (same, lane) -> lane == null
                                ? new Lane(new Semaphore(share, true), 1)
                                : new Lane(lane.turns(), lane.users() + 1)))
                .turns();
    }

    private void leave(String receiver) {
        lanes.computeIfPresent(
                receiver, (same, lane) -> lane.users() == 1 ? null : new Lane(lane.turns(), lane.users() - 1));
    }

    /** Receivers that somebody calls or wants to call. */
    int receivers() {
        return lanes.size();
    }
}
