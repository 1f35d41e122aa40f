package io.millrace.schemas.errors;

import org.jspecify.annotations.Nullable;

/**
 * An error of the catalogue, on its way to whoever caused it. The message is for that reader: it names the field and the
 * limit and nothing internal.
 */
public final class MillraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String param;

    /** An error that concerns no single field. */
    public MillraceException(ErrorCode code, String message) {
        this(code, message, null, null);
    }

    /** An error with its cause, which stays inside. */
    public MillraceException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, null, cause);
    }

    /** An error about one field. */
    public static MillraceException about(String param, ErrorCode code, String message) {
        return new MillraceException(code, message, param, null);
    }

    private MillraceException(ErrorCode code, String message, @Nullable String param, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.param = param;
    }

    /** Which error of the catalogue it is. */
    public ErrorCode code() {
        return code;
    }

    /** The field at fault, if it is one. */
    public @Nullable String param() {
        return param;
    }

    /** The message; never absent. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code.code() : message;
    }
}
