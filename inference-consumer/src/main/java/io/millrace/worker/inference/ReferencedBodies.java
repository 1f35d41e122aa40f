package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.FileManifest;

/** Where the bodies lie of requests that only refer to them. */
@FunctionalInterface
public interface ReferencedBodies {
    /**
     * Reads a body. Blocks.
     *
     * @throws MillraceException if there is no such body, or none that may be read; trying again is no use
     */
    ByteString read(FileManifest references) throws InterruptedException;
}
