package io.millrace.assembler.topology;

import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamEvent;

/** What the topology writes. */
sealed interface Emitted {
    /** A request on its way to a lane. */
    record LaneRequest(String lane, InferenceRequest request) implements Emitted {}

    /** An event of a job's stream. */
    record JobEvent(StreamEvent event) implements Emitted {}
}
