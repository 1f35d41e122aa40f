package io.millrace.standalone.operations.letters;

import io.millrace.client.ClientException;
import io.millrace.client.Requests;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Topics;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.RecordContent;
import java.util.Optional;

/**
 * Whether a record may go back to its topic. A request may only while it has no outcome, because an outcome is never rewritten
 * and a request whose answer is there must not run again; everything else is judged anew by whoever reads the topic.
 */
final class RedriveRule {
    private final Requests requests;

    RedriveRule(Requests requests) {
        this.requests = requests;
    }

    /** Why not; empty if it may. */
    Optional<String> objection(Letter letter, String key) throws ClientException, InterruptedException {
        String topic = letter.source().topic();
        if (topic.equals(Topics.DEAD_LETTERS)) {
            return Optional.of("it does not say where it came from");
        }
        if (topic.equals(Topics.DELTAS)) {
            return Optional.of("pieces of results that were on their way are of no use later");
        }
        if (!RecordContent.isLane(topic) || Ids.streamOfRequest(key).isEmpty()) {
            return Optional.empty();
        }
        return switch (requests.standing(key)) {
            case OPEN -> Optional.empty();
            case SUCCEEDED, FAILED ->
                Optional.of("its request has an outcome, which stays; 'millrace replay' runs it again as a new job");
            case UNKNOWN -> Optional.of("nobody knows its request any more");
        };
    }
}
