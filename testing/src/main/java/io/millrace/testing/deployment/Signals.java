package io.millrace.testing.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Signals that Java cannot send itself. */
final class Signals {
    private Signals() {}

    /** Sends a signal, such as {@code STOP}, to a process. One that is gone is left alone. */
    static void send(long pid, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send " + signal, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
