package io.millrace.standalone.operations.replay;

import io.millrace.client.ClientException;
import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.RefusedException;
import io.millrace.schemas.Ids;
import io.millrace.standalone.operations.core.Standing;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How requests stand, asked of the server: the publisher alone decides outcomes. Of a job all are asked for at once, of a call one
 * by one. Blocks; for one thread.
 */
final class Outcomes {
    private static final int NOT_FOUND = 404;

    private final MillraceClient client;
    private final LinkListener listener;
    private final Map<String, Optional<KnownJob>> jobs = new HashMap<>();

    Outcomes(MillraceClient client, LinkListener listener) {
        this.client = client;
        this.listener = listener;
    }

    /** One job's outcomes at one moment, a bit for each item. */
    private record KnownJob(Job job, BitSet succeeded, BitSet failed) {
        Standing standing(int item) {
            if (succeeded.get(item)) {
                return Standing.SUCCEEDED;
            }
            if (failed.get(item)) {
                return Standing.FAILED;
            }
            return switch (job.status()) {
                case "expired" -> Standing.EXPIRED;
                case "cancelled" -> Standing.CANCELLED;
                case "failed" -> Standing.FAILED;
                default -> Standing.OPEN;
            };
        }
    }

    /** How a request stands. */
    Standing standing(String streamId, long item) throws ClientException, InterruptedException {
        if (!Ids.isValid(Ids.BATCH, streamId)) {
            return switch (client.requests(listener).standing(Ids.request(streamId, item))) {
                case OPEN -> Standing.OPEN;
                case SUCCEEDED -> Standing.SUCCEEDED;
                case FAILED -> Standing.FAILED;
                case UNKNOWN -> Standing.UNKNOWN;
            };
        }
        return job(streamId).map(known -> known.standing((int) item)).orElse(Standing.UNKNOWN);
    }

    /** Outcomes without an answer of requests that are not among these, of a job. */
    long failedBeside(String jobId, BitSet seen) throws ClientException, InterruptedException {
        Optional<KnownJob> known = job(jobId);
        if (known.isEmpty()) {
            return 0;
        }
        BitSet beside = (BitSet) known.get().failed().clone();
        beside.andNot(seen);
        return beside.cardinality();
    }

    private Optional<KnownJob> job(String jobId) throws ClientException, InterruptedException {
        if (!jobs.containsKey(jobId)) {
            jobs.put(jobId, ask(jobId));
        }
        return jobs.getOrDefault(jobId, Optional.empty());
    }

    /** How the job stands first: if it has ended by then, its results are all that there will be. */
    private Optional<KnownJob> ask(String jobId) throws ClientException, InterruptedException {
        try {
            Job before = client.jobs(listener).get(jobId);
            BitSet succeeded = new BitSet();
            BitSet failed = new BitSet();
            client.pages(listener).read(jobId, result -> {
                Optional<Long> item = Ids.itemOfRequest(jobId, result.requestId());
                item.ifPresent(number -> (result.error() == null ? succeeded : failed).set(number.intValue()));
            });
            return Optional.of(new KnownJob(before, succeeded, failed));
        } catch (RefusedException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
