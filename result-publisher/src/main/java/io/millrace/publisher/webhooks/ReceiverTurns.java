package io.millrace.publisher.webhooks;

import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Shares the calls that may run at a time out to receivers: one that never answers has a quarter of them at most, and holds up
 * nobody else. Fair. Thread-safe.
 */
final class ReceiverTurns {
    private static final int SHARES = 4;
    /** Receivers are spread over so many; two that meet in one share its calls. */
    private static final int LANES = 256;

    private final Semaphore all;
    private final Semaphore[] lanes;

    /** @param atOnce calls that run at a time */
    ReceiverTurns(int atOnce) {
        this.all = new Semaphore(atOnce, true);
        this.lanes = Stream.generate(() -> new Semaphore(Math.max(1, atOnce / SHARES), true))
                .limit(LANES)
                .toArray(Semaphore[]::new);
    }

    /** What is to be done in a turn. */
    interface Call {
        /** Does it. */
        void run() throws InterruptedException;
    }

    /** Makes a call when it is the receiver's turn. Blocks. */
    void take(String receiver, Call call) throws InterruptedException {
        Semaphore lane = lanes[Math.floorMod(receiver.hashCode(), LANES)];
        lane.acquire();
        try {
            all.acquire();
            try {
                call.run();
            } finally {
                all.release();
            }
        } finally {
            lane.release();
        }
    }
}
