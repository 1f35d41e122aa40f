package io.millrace.assembler.core;

import io.millrace.schemas.errors.ErrorCode;

/** What came of comparing a whole file with its digest. */
public sealed interface Verdict {
    /** It has the digest. */
    record Matches() implements Verdict {}

    /** It has not, or cannot be read. */
    record Fails(ErrorCode code, String message) implements Verdict {}
}
