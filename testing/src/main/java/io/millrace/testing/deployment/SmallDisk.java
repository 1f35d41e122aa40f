package io.millrace.testing.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of a bounded size in a file, mounted on a folder, that can be filled up. Needs root on Linux. */
public final class SmallDisk implements AutoCloseable {
    private static final String FILLING = "filling";

    private final Path image;
    private final Path folder;

    private SmallDisk(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    /**
     * Mounts one.
     *
     * @param folder made where it is not there; should be empty
     * @throws IOException if this machine does not let us, with the reason
     */
    public static SmallDisk mount(Path folder, long bytes) throws IOException {
        Path absolute = folder.toAbsolutePath();
        Files.createDirectories(absolute);
        Path image = absolute.resolveSibling(absolute.getFileName() + ".disk");
        run(List.of("truncate", "-s", Long.toString(bytes), image.toString()));
        try {
            run(List.of("mkfs.ext4", "-q", "-m", "0", image.toString()));
            run(List.of("mount", "-o", "loop", image.toString(), absolute.toString()));
        } catch (IOException e) {
            Files.deleteIfExists(image);
            throw e;
        }
        return new SmallDisk(image, absolute);
    }

    /** Takes all space that is left. */
    public void fill() {
        long left = folder.toFile().getUsableSpace();
        try {
            run(List.of(
                    "sh", "-c", "fallocate -l " + left + " " + file() + "; cat /dev/zero >> " + file() + " || true"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the space back. */
    public void free() {
        try {
            Files.deleteIfExists(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmounts it; what lay on it is gone. */
    @Override
    public void close() {
        try {
            run(List.of("umount", "-l", folder.toString()));
            Files.deleteIfExists(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return folder.resolve(FILLING);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.get(0) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
