package io.millrace.client;

/** The server answered, and says no; the same request will not succeed later. */
public final class RefusedException extends ClientException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /** A refusal with the server's status, error code (empty where it gave none) and message. */
    public RefusedException(int status, String code, String message) {
        super(message, null);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status, or the WebSocket close code. */
    public int status() {
        return status;
    }

    /** The code of the server's error catalogue; empty where it gave none. */
    public String code() {
        return code;
    }

    /** Whether what was asked for does not exist, or not any more. */
    boolean isGone() {
        return status == 404 || status == 410;
    }
}
