package io.millrace.edge.ingest;

import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.buffer.Buffer;

/** What must hold of a body before its bytes count. Used on the body's event loop. */
public interface BodyCheck {
    /** Takes the body's next bytes. */
    void update(Buffer bytes);

    /**
     * Judges, after the last byte.
     *
     * @throws MillraceException if the bytes must not count
     */
    void verify();
}
