package io.millrace.runtime.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The name under which an instance without a name of its operator's stands in its consumer group (KIP-345). It is kept beside the
 * stores, so that a process that is started again after its death knows which members it has been.
 */
final class InstanceName {
    private static final String SUFFIX = ".instance";

    private InstanceName() {}

    /**
     * The name kept in a folder; a new one where there is none, or none that can be read.
     *
     * @param stateDir folder of the stores, which is created if it is not there
     * @param application id of the Streams application; others may keep theirs in the same folder
     */
    static String keptIn(Path stateDir, String application) {
        Path file = stateDir.resolve(application + SUFFIX);
        try {
            if (Files.exists(file)) {
                String kept =
                        Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (isName(kept)) {
                    return kept;
                }
            }
            Files.createDirectories(stateDir);
            String name = UUID.randomUUID().toString();
            Path written = Files.writeString(Files.createTempFile(stateDir, application, SUFFIX), name + "\n");
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException("streams.state_dir: " + stateDir + " cannot keep the instance's name", e);
        }
    }

    private static boolean isName(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
