package io.millrace.worker.inference;

import java.util.concurrent.CompletionStage;

/**
 * Which attempt at a request it is, as far as all workers together know. The count of deliveries does not say it, because the
 * broker also counts those that no worker ever saw: what a dead worker's open fetches are given, for one. Thread-safe.
 */
public interface AttemptNumbers {
    /**
     * Another attempt at a request that was delivered before begins.
     *
     * @return completes with its number, from 1, once others would count it; fails when that cannot be known now
     */
    CompletionStage<Integer> begin(String requestId);

    /** The attempt that is under way does not count. */
    void giveBack(String requestId);
}
