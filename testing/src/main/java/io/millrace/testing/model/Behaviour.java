package io.millrace.testing.model;

import java.time.Duration;

/** What a {@link ModelServer} does with one request. */
public sealed interface Behaviour {
    /** A right answer at once. */
    Behaviour PROMPT = new Answer(Duration.ZERO, Duration.ZERO);

    /** A right answer: the first token, or the whole when nothing is streamed, after some time; the others at a distance. */
    record Answer(Duration first, Duration between) implements Behaviour {}

    /** A right streamed answer of so many tokens, each the {@link System#nanoTime} at which it is written, and a space. */
    record Times(int tokens, Duration between) implements Behaviour {}

    /**
     * An error in OpenAI's form.
     *
     * @param retryAfter the header's value; empty for none
     * @param code the error's code
     */
    record Refuse(int status, String retryAfter, String code, String message) implements Behaviour {}

    /** The connection ends after so many tokens; 0: before the answer begins. */
    record Reset(int tokens) implements Behaviour {}

    /** Status 200, and a body (or, after so many tokens, an event) that is no JSON. */
    record Malformed(int tokens) implements Behaviour {}

    /** Takes the request and never answers; after so many tokens, where it streams. */
    record Silence(int tokens) implements Behaviour {}
}
