package io.millrace.worker.inference;

/** The model could not run a batch. */
public final class BackendException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what the model's runtime said. */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }

    /** With what is wrong with the model's output. */
    public BackendException(String message) {
        super(message);
    }
}
