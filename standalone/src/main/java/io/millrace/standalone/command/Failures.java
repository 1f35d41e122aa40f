package io.millrace.standalone.command;

import io.millrace.client.ClientException;
import io.millrace.runtime.config.ConfigException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Says to a user what went wrong. */
public final class Failures {
    private Failures() {}

    /** One or a few lines, without a stack trace. */
    public static String describe(Throwable failure) {
        return switch (failure) {
            case ConfigException config -> config.getMessage();
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case ClientException refused -> text(refused);
            case IOException io -> text(io);
            case RuntimeException runtime -> text(deepest(runtime));
            default -> failure.toString();
        };
    }

    private static Throwable deepest(Throwable failure) {
        @Nullable Throwable cause = failure.getCause();
        return cause == null ? failure : deepest(cause);
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
