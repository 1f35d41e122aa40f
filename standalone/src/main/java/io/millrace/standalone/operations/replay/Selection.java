package io.millrace.standalone.operations.replay;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.standalone.operations.core.JobLine;
import io.millrace.standalone.operations.core.RecordContent;
import io.millrace.standalone.operations.core.ReplayAccount;
import io.millrace.standalone.operations.core.ReplayJob;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import io.millrace.standalone.operations.core.Standing;
import io.millrace.standalone.operations.kafka.TopicReader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the lanes, decides about every request that stands there, and keeps those that run again in the plan's folder. Blocks; for
 * one thread, once.
 */
final class Selection {
    private static final int SHOWN = 5;

    private final Criteria criteria;
    private final Outcomes outcomes;
    private final Spool spool;
    private final Bodies bodies;
    private final ReplayAccount account = new ReplayAccount();
    private final Map<String, BitSet> seen = new HashMap<>();
    private final Map<String, BitSet> waiting = new HashMap<>();
    private final List<String> first = new ArrayList<>();

    Selection(Criteria criteria, Outcomes outcomes, Spool spool, Bodies bodies) {
        this.criteria = criteria;
        this.outcomes = outcomes;
        this.spool = spool;
        this.bodies = bodies;
    }

    /** The first requests that run again, in words. */
    List<String> first() {
        return List.copyOf(first);
    }

    ReplayAccount read(KafkaSettings kafka) throws Exception {
        try (TopicReader reader = new TopicReader(kafka, "replay-lanes")) {
            List<String> topics = reader.topics(criteria.lanes());
            Lanes lanes = Lanes.look(kafka, topics);
            if (!topics.isEmpty()) {
                TopicReader.Each<Exception> each = record -> take(record, lanes);
                reader.read(topics, criteria.span(), each);
            }
        }
        // A request may stand in its lane again behind the place where it was read first.
        long moved = spool.closeRequests(request -> isMarked(waiting, request));
        account.change(Choice.RESENT, Choice.WAITING, moved);
        return account;
    }

    /** Outcomes of the job without an answer whose requests were in no lane: lines that never were requests, or too old ones. */
    long beside() throws Exception {
        return criteria.job().isEmpty()
                ? 0
                : outcomes.failedBeside(
                        criteria.job().get(), seen.getOrDefault(criteria.job().get(), new BitSet()));
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Lanes lanes) throws Exception {
        boolean waits = lanes.waits(record.topic(), record.partition(), record.offset());
        List<InferenceRequest> requests = RecordContent.requests(record.value() == null ? new byte[0] : record.value());
        account.read(requests.size(), Math.max(0, record.serializedValueSize()), record.timestamp());
        if (requests.isEmpty()) {
            account.count(Choice.UNREADABLE, 1);
        }
        for (InferenceRequest request : requests) {
            account.count(choose(record.topic(), request, waits), 1);
        }
    }

    private Choice choose(String topic, InferenceRequest request, boolean waits) throws Exception {
        if (request.getItem() < 0 || request.getItem() > Integer.MAX_VALUE) {
            return Choice.UNREADABLE;
        }
        String stream = request.getStream().getId();
        if (criteria.job().map(job -> !job.equals(stream)).orElse(false)) {
            return Choice.OTHER;
        }
        if (waits) {
            mark(waiting, request);
        }
        if (isMarked(seen, request)) {
            return Choice.REPEATED;
        }
        mark(seen, request);
        Standing standing = outcomes.standing(stream, request.getItem());
        Choice choice = criteria.rule().choose(standing, waits);
        return choice.runs() ? keep(topic, request, standing, choice) : choice;
    }

    private Choice keep(String topic, InferenceRequest request, Standing standing, Choice choice) throws Exception {
        if (choice == Choice.RESENT) {
            spool.request(topic, request);
        } else {
            try {
                boolean ofJob = Ids.isValid(Ids.BATCH, request.getStream().getId());
                spool.line(
                        ofJob ? request.getStream().getId() : ReplayJob.CALLS,
                        request.getEndpoint(),
                        JobLine.of(request, bodies.of(request)));
            } catch (RecordGoneException e) {
                return Choice.GONE;
            }
        }
        if (first.size() < SHOWN) {
            first.add(request.getRequestId() + " (" + request.getCustomId() + ", " + request.getModel() + "): "
                    + standing);
        }
        return choice;
    }

    private static void mark(Map<String, BitSet> in, InferenceRequest request) {
        in.computeIfAbsent(request.getStream().getId(), stream -> new BitSet()).set((int) request.getItem());
    }

    private static boolean isMarked(Map<String, BitSet> in, InferenceRequest request) {
        return in.getOrDefault(request.getStream().getId(), new BitSet()).get((int) request.getItem());
    }
}
