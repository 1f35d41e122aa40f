package io.millrace.worker.device;

/**
 * A device with memory of its own, as it was a moment ago.
 *
 * @param name {@code host}, or {@code gpu} and its number
 * @param used bytes that somebody uses
 * @param total bytes that it has, above 0
 * @param busy share of the last moments in which it worked, 0 to 1; negative if it does not say
 */
record Device(String name, long used, long total, double busy) {
    /** The name of the machine's own memory. */
    static final String HOST = "host";

    static String gpu(int number) {
        return "gpu" + number;
    }

    /** Share of the memory that is used. */
    double usedShare() {
        return (double) used / total;
    }
}
