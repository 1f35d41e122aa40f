package io.millrace.edge.ingest;

import io.millrace.edge.core.SequenceSet;

/**
 * A native upload as its assembler knows it.
 *
 * @param upload the upload
 * @param there which of its chunks are there
 */
public record ChunkedUpload(Upload upload, SequenceSet there) {}
