package io.millrace.schemas;

import io.millrace.schemas.v1.StreamKind;
import java.util.Locale;
import java.util.regex.Pattern;

/** The names of all topics. Nothing else in the project spells a topic name. */
public final class Topics {
    /** Uploaded bytes and the control records of uploads, keyed by upload id. */
    public static final String CHUNKS = "millrace.chunks";
    /** Completed parts on their way to the uploads composed of them, keyed by composed upload id. */
    public static final String LINKS = "millrace.links";
    /** The events of jobs, keyed by job id. */
    public static final String RESULTS_JOBS = "millrace.results.jobs";
    /** The events of calls, keyed by session or call id; never written in a transaction. */
    public static final String RESULTS_CALLS = "millrace.results.calls";
    /** Pieces of streamed results, keyed by stream id; kept for minutes. */
    public static final String DELTAS = "millrace.deltas";
    /** Cancellations, for workers. */
    public static final String CONTROL = "millrace.control";
    /** Records that could not be processed, as they were, with their cause in headers. */
    public static final String DEAD_LETTERS = "millrace.dead-letters";

    private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private Topics() {}

    /** A lane: one topic of requests for one model. */
    public enum Lane {
        /** Calls, for which someone waits. */
        ONLINE,
        /** Jobs that were submitted with high priority. */
        HIGH,
        /** All other jobs. */
        BATCH;

        /** The last part of the lane's topic name. */
        public String suffix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The topic of a model's lane.
     *
     * @throws IllegalArgumentException if the model's name cannot stand in a topic name
     */
    public static String requests(String model, Lane lane) {
        return "millrace.requests." + checkedModelName(model) + "." + lane.suffix();
    }

    /** The topic in which streams of this kind live. */
    public static String results(StreamKind kind) {
        return switch (kind) {
            case STREAM_KIND_JOB -> RESULTS_JOBS;
            case STREAM_KIND_CALL -> RESULTS_CALLS;
            case STREAM_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("stream kind is not set: " + kind);
        };
    }

    /** The name itself, if it can stand in a topic name: letters, digits, dot, underscore, hyphen; at most 100. */
    public static String checkedModelName(String model) {
        if (!MODEL_NAME.matcher(model).matches()) {
            throw new IllegalArgumentException("model name '" + model
                    + "' must start with a letter or digit and have at most 100 letters, digits, '.', '_' or '-'");
        }
        return model;
    }
}
