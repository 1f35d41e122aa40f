package io.millrace.standalone.operations.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.client.ClientException;
import io.millrace.client.JobEvent;
import io.millrace.client.RefusedException;
import io.millrace.client.Requests;
import io.millrace.client.ResultPages;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.ResultRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.kafka.TopicReader;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Some results: of whole jobs, or those of jobs and calls that came within a time. What they say is the server's word, not
 * the topic's.
 */
public final class ResultSpan {
    private static final int NOT_FOUND = 404;

    /** A bit for each item that is meant; null for all of the job's. */
    private final Map<String, @Nullable BitSet> items;

    /** The requests of calls. */
    private final Set<String> calls;

    private ResultSpan(Map<String, @Nullable BitSet> items, Set<String> calls) {
        this.items = items;
        this.calls = calls;
    }

    /** Takes what is exported. */
    public interface Taker {
        /** A result of a job. */
        void result(JobEvent.Result result);

        /** How a call ended. */
        void call(String requestId, Requests.Outcome outcome);
    }

    /** All results of these jobs. */
    public static ResultSpan all(Collection<String> jobs) {
        Map<String, @Nullable BitSet> items = new LinkedHashMap<>();
        jobs.forEach(job -> items.put(job, null));
        return new ResultSpan(items, Set.of());
    }

    /** The results that came within a time, as the topics of results have it. */
    public static ResultSpan read(KafkaSettings kafka, TimeSpan span) {
        Map<String, @Nullable BitSet> items = new LinkedHashMap<>();
        Set<String> calls = new LinkedHashSet<>();
        try (TopicReader reader = new TopicReader(kafka, "export")) {
            TopicReader.Each<RuntimeException> each = record -> {
                for (Result result : results(record.value())) {
                    if (record.topic().equals(Topics.RESULTS_CALLS)) {
                        calls.add(result.getRequestId());
                    } else {
                        note(items, result);
                    }
                }
            };
            reader.read(List.of(Topics.RESULTS_JOBS, Topics.RESULTS_CALLS), span, each);
        }
        return new ResultSpan(items, calls);
    }

    private static void note(Map<String, @Nullable BitSet> items, Result result) {
        Optional.ofNullable(items.computeIfAbsent(Ids.streamOfRequest(result.getRequestId()), job -> new BitSet()))
                .ifPresent(bits -> bits.set((int) result.getItem()));
    }

    /** How many jobs have some of them. */
    public int jobs() {
        return items.size();
    }

    /** How many calls ended within the time. */
    public int calls() {
        return calls.size();
    }

    /**
     * Hands over each, job by job and then call by call, and returns how many they were. What is not kept any more is left
     * out where nobody named it.
     */
    public long export(ResultPages pages, Requests requests, Taker to) throws ClientException, InterruptedException {
        AtomicLong count = new AtomicLong();
        exportJobs(pages, to, count);
        for (String call : calls) {
            Optional<Requests.Outcome> outcome = requests.outcome(call);
            if (outcome.isPresent()) {
                to.call(call, outcome.get());
                count.incrementAndGet();
            }
        }
        return count.get();
    }

    private void exportJobs(ResultPages pages, Taker to, AtomicLong count)
            throws ClientException, InterruptedException {
        for (Map.Entry<String, @Nullable BitSet> job : items.entrySet()) {
            @Nullable BitSet wanted = job.getValue();
            try {
                pages.read(job.getKey(), result -> {
                    if (wanted == null || isIn(wanted, job.getKey(), result)) {
                        to.result(result);
                        count.incrementAndGet();
                    }
                });
            } catch (RefusedException e) {
                if (wanted == null || e.status() != NOT_FOUND) {
                    throw e;
                }
            }
        }
    }

    private static boolean isIn(BitSet wanted, String job, JobEvent.Result result) {
        return Ids.itemOfRequest(job, result.requestId())
                .map(item -> wanted.get(item.intValue()))
                .orElse(false);
    }

    /** Anyone may have written anything there; what is no request of its stream is not asked for. */
    private static List<Result> results(byte @Nullable [] value) {
        try {
            StreamEvent event = StreamEvent.parseFrom(value == null ? new byte[0] : value);
            return ResultRecords.each(event).stream()
                    .filter(result -> result.getItem() >= 0 && result.getItem() < Integer.MAX_VALUE)
                    .filter(result -> Ids.streamOfRequest(result.getRequestId()).equals(event.getStreamId()))
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            return List.of();
        }
    }
}
