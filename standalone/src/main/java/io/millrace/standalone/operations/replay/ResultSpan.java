package io.millrace.standalone.operations.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.client.ClientException;
import io.millrace.client.JobEvent;
import io.millrace.client.RefusedException;
import io.millrace.client.ResultPages;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.kafka.TopicReader;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some results: of whole jobs, or those that came within a time. What they say is the server's word, not the topic's. */
public final class ResultSpan {
    private static final int NOT_FOUND = 404;

    /** A bit for each item that is meant; null for all of the job's. */
    private final Map<String, @Nullable BitSet> items;

    private ResultSpan(Map<String, @Nullable BitSet> items) {
        this.items = items;
    }

    /** All results of these jobs. */
    public static ResultSpan all(Collection<String> jobs) {
        Map<String, @Nullable BitSet> items = new LinkedHashMap<>();
        jobs.forEach(job -> items.put(job, null));
        return new ResultSpan(items);
    }

    /** The results of jobs that came within a time, as the topic of results has it. */
    public static ResultSpan read(KafkaSettings kafka, TimeSpan span) {
        Map<String, @Nullable BitSet> items = new LinkedHashMap<>();
        try (TopicReader reader = new TopicReader(kafka, "export")) {
            TopicReader.Each<RuntimeException> each = record -> event(record.value())
                    .ifPresent(event -> Optional.ofNullable(
                                    items.computeIfAbsent(event.getStreamId(), job -> new BitSet()))
                            .ifPresent(bits -> bits.set((int) event.getResult().getItem())));
            reader.read(List.of(Topics.RESULTS_JOBS), span, each);
        }
        return new ResultSpan(items);
    }

    /** How many jobs have some of them. */
    public int jobs() {
        return items.size();
    }

    /**
     * Calls for each, job by job, and returns how many they were. Jobs that are not kept any more are left out where nobody
     * named them.
     */
    public long export(ResultPages pages, Consumer<JobEvent.Result> to) throws ClientException, InterruptedException {
        AtomicLong count = new AtomicLong();
        for (Map.Entry<String, @Nullable BitSet> job : items.entrySet()) {
            @Nullable BitSet wanted = job.getValue();
            try {
                pages.read(job.getKey(), result -> {
                    if (wanted == null || isIn(wanted, job.getKey(), result)) {
                        to.accept(result);
                        count.incrementAndGet();
                    }
                });
            } catch (RefusedException e) {
                if (wanted == null || e.status() != NOT_FOUND) {
                    throw e;
                }
            }
        }
        return count.get();
    }

    private static boolean isIn(BitSet wanted, String job, JobEvent.Result result) {
        return Ids.itemOfRequest(job, result.requestId())
                .map(item -> wanted.get(item.intValue()))
                .orElse(false);
    }

    private static Optional<StreamEvent> event(byte @Nullable [] value) {
        try {
            return Optional.of(StreamEvent.parseFrom(value == null ? new byte[0] : value))
                    .filter(StreamEvent::hasResult)
                    .filter(event -> event.getResult().getItem() >= 0
                            && event.getResult().getItem() < Integer.MAX_VALUE);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }
}
