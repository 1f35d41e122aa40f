package io.millrace.standalone.explain;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.schemas.Topics.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for one thing in all topics where it can be. */
public final class Explanation implements AutoCloseable {
    private final KeyedRecords records;
    private final List<String> models;
    private final long sinceMs;

    /**
     * Looks into this cluster.
     *
     * @param models whose lanes there are
     * @param sinceMs nothing older is read
     */
    public Explanation(KafkaSettings kafka, List<String> models, long sinceMs) {
        this.records = new KeyedRecords(kafka);
        this.models = List.copyOf(models);
        this.sinceMs = sinceMs;
    }

    /** The life of what has this id; nothing if it is no id of an upload, a job or a request. */
    public Optional<Life> of(String id) {
        if (Ids.isValid(Ids.FILE, id)) {
            return Optional.of(upload(id));
        }
        if (Ids.isValid(Ids.BATCH, id)) {
            return Optional.of(job(id));
        }
        String stream = Ids.streamOfRequest(id);
        return Ids.itemOfRequest(stream, id).map(item -> request(id, stream, item));
    }

    private Life upload(String id) {
        return withLetters(UploadLife.of(id, records.of(Topics.CHUNKS, id, sinceMs)));
    }

    private Life job(String id) {
        StreamLife stream = StreamLife.ofJob(records.of(Topics.RESULTS_JOBS, id, sinceMs));
        Life job = withLetters(stream.job(id));
        return stream.inputFile().map(file -> job.after(upload(file))).orElse(job);
    }

    private Life request(String id, String stream, long item) {
        boolean ofJob = stream.startsWith(Ids.BATCH);
        StreamLife life = StreamLife.ofRequest(
                item, records.of(ofJob ? Topics.RESULTS_JOBS : Topics.RESULTS_CALLS, stream, sinceMs));
        List<Sighting> delivered = new ArrayList<>();
        List<Lane> lanes = ofJob ? List.of(Lane.HIGH, Lane.BATCH) : List.of(Lane.ONLINE);
        for (String model : models) {
            for (Lane lane : lanes) {
                String topic = Topics.requests(model, lane);
                delivered.addAll(ofJob ? records.ofRequest(topic, id, sinceMs) : records.of(topic, id, sinceMs));
            }
        }
        return withLetters(life.request(id, delivered));
    }

    /** Dead letters keep the key of the record that they were. */
    private Life withLetters(Life life) {
        List<Life.Step> steps = new ArrayList<>(life.steps());
        for (Sighting letter : records.of(Topics.DEAD_LETTERS, life.id(), sinceMs)) {
            steps.add(Life.Step.of(
                    letter,
                    "put aside by the " + letter.headers().get("millrace-service") + ": "
                            + letter.headers().get("millrace-cause-message")));
        }
        return new Life(life.id(), steps, life.state(), life.waitsFor());
    }

    @Override
    public void close() {
        records.close();
    }
}
