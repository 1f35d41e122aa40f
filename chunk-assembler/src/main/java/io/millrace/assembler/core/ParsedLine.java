package io.millrace.assembler.core;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;

/** A line of a job's file, read. */
public sealed interface ParsedLine {
    /** Its number in the file, from 1. */
    long number();

    /** The client's name for it; empty where it has none. */
    String customId();

    /**
     * A request.
     *
     * @param customIdDigest 16 bytes that stand for the custom id
     * @param body the request's JSON body, as it stands in the line
     */
    record Request(long number, String customId, ByteString customIdDigest, String model, ByteString body)
            implements ParsedLine {}

    /** A line that cannot be run. */
    record Invalid(long number, String customId, ErrorCode code, String message) implements ParsedLine {}
}
