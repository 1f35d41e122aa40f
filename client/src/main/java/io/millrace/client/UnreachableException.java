package io.millrace.client;

import org.jspecify.annotations.Nullable;

/** For as long as the options allow, the server could not be reached or had no room. */
public final class UnreachableException extends ClientException {
    private static final long serialVersionUID = 1L;

    /** Says which server, and what happened last. */
    public UnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
