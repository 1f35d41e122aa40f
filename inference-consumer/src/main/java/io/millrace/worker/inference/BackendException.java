package io.millrace.worker.inference;

/** The model could not run a batch. */
public final class BackendException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean outOfMemory;

    /**
     * With what the model's runtime said.
     *
     * @param outOfMemory whether a smaller batch might run
     */
    public BackendException(String message, Throwable cause, boolean outOfMemory) {
        super(message, cause);
        this.outOfMemory = outOfMemory;
    }

    /** With what is wrong with the model's output. */
    public BackendException(String message) {
        super(message);
        this.outOfMemory = false;
    }

    /** Whether the device had not enough memory for the batch. */
    public boolean outOfMemory() {
        return outOfMemory;
    }
}
