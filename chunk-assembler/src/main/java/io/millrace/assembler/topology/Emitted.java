package io.millrace.assembler.topology;

import com.google.protobuf.MessageLite;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamEvent;

/** What the topology writes. */
sealed interface Emitted {
    /** What an expansion writes. */
    sealed interface OfJob extends Emitted {}

    /** A record on its way to a lane, with one request or several of the job. */
    record LaneRecord(String lane, InferenceRequest record) implements OfJob {}

    /** An event of a job's stream. */
    record JobEvent(StreamEvent event) implements OfJob {}

    /** What parts and the uploads composed of them tell each other. */
    record LinkMessage(MessageLite message) implements Emitted {}
}
