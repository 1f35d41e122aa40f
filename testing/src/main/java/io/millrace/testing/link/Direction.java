package io.millrace.testing.link;

/** Which way bytes go over a link. */
public enum Direction {
    /** From the client to the server. */
    UP,
    /** From the server to the client. */
    DOWN
}
