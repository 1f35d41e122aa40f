package io.millrace.bench.faults;

/** What a run consists of; each can be run alone, because all of them take long. */
enum Part {
    /** One process after the other is killed, frozen or stopped. */
    MATRIX,
    /** The disk of a broker, and of an assembler's state, is full for a while. */
    DISKS,
    /** Every process is stopped and started again. */
    ROLLING
}
