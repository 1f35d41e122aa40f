package io.millrace.standalone.operations.core;

import java.util.Locale;
import java.util.Optional;

/**
 * What became of a dead letter.
 *
 * @param action what was done
 * @param by who did it
 * @param reason why, in the operator's words; may be empty
 * @param atMs when
 */
public record Settlement(Action action, String by, String reason, long atMs) {
    /** What can be done with a letter, once. */
    public enum Action {
        /** Put back where it came from. */
        REDRIVEN,
        /** Given up. */
        DISCARDED;

        /** As it is written. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The action that a text names, if any. */
        public static Optional<Action> of(String text) {
            for (Action action : values()) {
                if (action.text().equals(text)) {
                    return Optional.of(action);
                }
            }
            return Optional.empty();
        }
    }
}
