package io.millrace.bench.faults;

/** What happens to a process. */
enum Fault {
    /** {@code SIGKILL}, and started again at once. */
    KILL,
    /** {@code SIGSTOP}, and {@code SIGCONT} after a while. */
    FREEZE,
    /** {@code SIGTERM}, and started again when it has ended. */
    STOP
}
