package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** A managed broker could not be started or stopped; the message says why and where its log is. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
