package io.millrace.standalone.operations.core;

/** How a request stands when somebody thinks of running it again. */
public enum Standing {
    /** It has no outcome yet. */
    OPEN,
    /** It has its answer. */
    SUCCEEDED,
    /** It ended without one. */
    FAILED,
    /** Its time was up. */
    EXPIRED,
    /** Its submitter gave it up. */
    CANCELLED,
    /** Its stream is not kept any more. */
    UNKNOWN
}
