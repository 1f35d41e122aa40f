package io.millrace.bench.faults;

/** What goes on when a fault comes. */
enum Phase {
    /** Nothing but the load. */
    STEADY,
    /** An instance of a service has just joined, and its group is sharing out its work anew. */
    REBALANCE
}
