package io.millrace.edge.ingest;

import io.millrace.schemas.errors.MillraceException;

/** How an append ended. That an upload is unknown or gone, or the brokers away, is a failure instead. */
public sealed interface AppendResult {

    /** All bytes of the body are durable. */
    record Appended(Upload upload) implements AppendResult {}

    /** Nothing was read: an upload created under the same key has bytes already, or needs none. */
    record Existing(Upload upload) implements AppendResult {}

    /** The client was cut off; what had arrived is durable. */
    record BrokenOff(Upload upload) implements AppendResult {}

    /** The body did not pass its check; nothing of it counts. */
    record Unverified(Upload upload, MillraceException cause) implements AppendResult {}

    /** Nothing was read: the upload goes on at another offset. */
    record WrongOffset(Upload upload) implements AppendResult {}

    /** The body is longer than the upload may become; what lies beyond does not count. */
    record TooLong(Upload upload, long limit) implements AppendResult {}
}
