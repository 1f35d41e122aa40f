package io.millrace.client;

import org.jspecify.annotations.Nullable;

/** What a call to the server can end in besides its answer. The message is fit to be shown to a user. */
public abstract sealed class ClientException extends Exception
        permits RefusedException, UnreachableException, InputChangedException {
    private static final long serialVersionUID = 1L;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
