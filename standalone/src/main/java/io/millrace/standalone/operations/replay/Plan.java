package io.millrace.standalone.operations.replay;

import io.millrace.standalone.operations.core.ReplayAccount;
import io.millrace.standalone.operations.core.ReplayJob;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import java.util.List;
import java.util.Map;

/**
 * What a replay does, decided once.
 *
 * @param id names the replay; all ids that it makes derive from it
 * @param asked what the operator asked for, in words
 * @param terms how the new jobs run
 * @param jobs those to be made
 * @param resends the requests that go into their lanes once more
 * @param counts what was decided of every request that was read
 * @param records all records that were read
 * @param read all requests in them, those that cannot be read included
 * @param bytes the size of the records
 * @param firstMs when the first was accepted
 * @param lastMs when the last was
 * @param beside outcomes without an answer whose requests were in no lane
 */
public record Plan(
        String id,
        String asked,
        Terms terms,
        List<ReplayJob> jobs,
        List<Resend> resends,
        Map<Choice, Long> counts,
        long records,
        long read,
        long bytes,
        long firstMs,
        long lastMs,
        long beside) {
    /**
     * How new jobs run.
     *
     * @param window the completion window as OpenAI writes it
     * @param windowMs the same in milliseconds
     * @param high whether they go before other jobs
     * @param chunkLines lines in one chunk, so that a rate can be kept
     */
    public record Terms(String window, long windowMs, boolean high, int chunkLines) {}

    /** So many requests for one lane. */
    public record Resend(String topic, long count) {}

    /** How many requests run again. */
    public long running() {
        return jobs.stream().mapToLong(ReplayJob::lines).sum()
                + resends.stream().mapToLong(Resend::count).sum();
    }

    static Plan of(
            String id,
            String asked,
            Terms terms,
            List<ReplayJob> jobs,
            List<Resend> resends,
            ReplayAccount account,
            long beside) {
        return new Plan(
                id,
                asked,
                terms,
                List.copyOf(jobs),
                List.copyOf(resends),
                account.counts(),
                account.records(),
                account.read(),
                account.bytes(),
                account.firstMs(),
                account.lastMs(),
                beside);
    }
}
