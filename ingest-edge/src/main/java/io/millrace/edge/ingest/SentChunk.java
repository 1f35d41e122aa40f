package io.millrace.edge.ingest;

import java.util.OptionalLong;

/**
 * One chunk of a native upload, without its bytes.
 *
 * @param sequence its number in the upload, from 0
 * @param offset where its first byte belongs in the file
 * @param firstLine the number of its first line, from 1, in a record-aligned upload
 * @param repeated whether this number was sent before: then it is for the assembler to say whether the bytes were the same
 */
public record SentChunk(long sequence, long offset, OptionalLong firstLine, boolean repeated) {}
