package io.millrace.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether a file is still the one whose upload was begun, without reading it.
 *
 * @param path absolute
 * @param size in bytes
 * @param modifiedMs when it was changed last, milliseconds since 1970
 */
public record FileFingerprint(String path, long size, long modifiedMs) {
    /** The fingerprint of a file as it is now. */
    public static FileFingerprint of(Path file) throws IOException {
        Path absolute = file.toRealPath();
        return new FileFingerprint(
                absolute.toString(),
                Files.size(absolute),
                Files.getLastModifiedTime(absolute).toMillis());
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
