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
     * @param customIdFingerprint stands for the custom id: the first 64 bits of its SHA-256
     * @param body the request's JSON body, as it stands in the line
     */
    record Request(long number, String customId, long customIdFingerprint, String model, ByteString body)
            implements ParsedLine {}

    /** A line that cannot be run. */
    record Invalid(long number, String customId, ErrorCode code, String message) implements ParsedLine {}
}
