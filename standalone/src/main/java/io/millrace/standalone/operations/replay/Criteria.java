package io.millrace.standalone.operations.replay;

import io.millrace.standalone.operations.core.RecordContent;
import io.millrace.standalone.operations.core.ReplayRule;
import io.millrace.standalone.operations.core.TimeSpan;
import java.util.Optional;

/**
 * Which requests a replay looks at, and which of them run again.
 *
 * @param job only those of this job
 * @param model only those for this model
 * @param span only those accepted in this time
 * @param rule decides about each
 */
public record Criteria(Optional<String> job, Optional<String> model, TimeSpan span, ReplayRule rule) {
    /** What the names of the lanes begin with in which they stand. */
    String lanes() {
        return model.map(name -> RecordContent.LANES + name + ".").orElse(RecordContent.LANES);
    }

    @Override
    public String toString() {
        return "requests " + rule.wanted() + job.map(id -> " of " + id).orElse("")
                + model.map(name -> " for " + name).orElse("")
                + span.from().map(at -> " from " + at).orElse("")
                + span.to().map(at -> " to " + at).orElse("");
    }
}
