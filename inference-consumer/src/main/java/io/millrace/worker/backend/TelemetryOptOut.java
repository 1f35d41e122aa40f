package io.millrace.worker.backend;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Keeps ONNX Runtime from reporting to its maker. Since 1.29 its Linux and macOS builds send usage events unless a variable
 * stands in the process's environment when the library starts, and to make them they run a recursive regular expression
 * over the command line, which overflows the stack when the class path is long. Java cannot set such a variable; C can.
 */
final class TelemetryOptOut {
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private TelemetryOptOut() {}

    /** The C library's own functions, by their C names. */
    interface Environment extends Library {
        /** Sets a variable of this process; 0 on success. */
        int setenv(String name, String value, int overwrite);
    }

    /**
     * Opts out for the life of this process. Before the first use of ONNX Runtime, or it has no effect.
     *
     * @throws IllegalStateException if that is impossible here
     */
    static void apply() {
        if (Platform.isWindows()) {
            // There the events stay in the system's own tracing.
            return;
        }
        int status = Native.load("c", Environment.class).setenv(VARIABLE, "1", 1);
        if (status != 0) {
            throw new IllegalStateException("cannot set " + VARIABLE + " for this process");
        }
    }
}
