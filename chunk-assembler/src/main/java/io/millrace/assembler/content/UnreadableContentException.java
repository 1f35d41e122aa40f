package io.millrace.assembler.content;

import org.jspecify.annotations.Nullable;

/** The content of a file is not there, or not any more. Trying again is no use. */
public final class UnreadableContentException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
