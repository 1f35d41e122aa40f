package io.millrace.standalone.operations.core;

/**
 * One thing that was looked at.
 *
 * @param level how bad it is
 * @param subject what was looked at
 * @param what what is so
 * @param remedy what to do; empty where nothing is to be done
 */
public record Finding(Level level, String subject, String what, String remedy) {
    /** How bad something is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works, but a guarantee is weaker than it could be, or it could not be looked at. */
        WARNING,
        /** It does not work, or will lose something. */
        ERROR
    }

    /** All is well there. */
    public static Finding ok(String subject, String what) {
        return new Finding(Level.OK, subject, what, "");
    }

    /** Something is weaker than it could be. */
    public static Finding warning(String subject, String what, String remedy) {
        return new Finding(Level.WARNING, subject, what, remedy);
    }

    /** Something is wrong. */
    public static Finding error(String subject, String what, String remedy) {
        return new Finding(Level.ERROR, subject, what, remedy);
    }
}
