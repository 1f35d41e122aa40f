package io.millrace.client;

import java.nio.file.Path;

/** The file became another one while it was being sent; what the server has belongs to the old one. */
public final class InputChangedException extends ClientException {
    private static final long serialVersionUID = 1L;

    /** Names the file. */
    public InputChangedException(Path file) {
        super(file + " changed while it was being sent; send it again from the beginning", null);
    }
}
