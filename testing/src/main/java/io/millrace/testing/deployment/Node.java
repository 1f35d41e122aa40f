package io.millrace.testing.deployment;

/** One process of a deployment. Methods may be called from any thread. */
public interface Node {
    /** Its kind and number, such as {@code edge-1}. */
    String name();

    /** What it is. */
    Kind kind();

    /** The process id of its latest start. */
    long pid();

    /** Whether its process is there, frozen or not. */
    boolean isAlive();

    /** Kills it with {@code SIGKILL}, and waits until it is gone. */
    void kill();

    /** {@code SIGSTOP}: it stands still and does not know it. */
    default void freeze() {
        Signals.send(pid(), "STOP");
    }

    /** {@code SIGCONT}. */
    default void thaw() {
        Signals.send(pid(), "CONT");
    }

    /**
     * Stops it with {@code SIGTERM}, and waits until it is gone.
     *
     * @throws AssertionError if it does not end within a minute
     */
    void terminate();

    /** Starts it again on the same folder and ports, and waits until it says that it is ready. */
    void restart();
}
