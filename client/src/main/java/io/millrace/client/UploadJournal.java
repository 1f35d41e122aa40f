package io.millrace.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers unfinished submissions in a folder, one small file each, replaced in one step. The same file sent to the same
 * server again continues; a file that has changed since begins anew.
 */
public final class UploadJournal {
    private final Path folder;

    /** A journal in this folder, which is created when needed. */
    public UploadJournal(Path folder) {
        this.folder = folder;
    }

    /** The user's own: {@code $XDG_STATE_HOME/millrace/uploads}, else {@code ~/.local/state/millrace/uploads}. */
    public static UploadJournal ofUser(Map<String, String> environment, Path home) {
        String configured = environment.getOrDefault("XDG_STATE_HOME", "");
        Path state = configured.isEmpty() ? home.resolve(".local/state") : Path.of(configured);
        return new UploadJournal(state.resolve("millrace/uploads"));
    }

    /** Where it is kept. */
    public Path folder() {
        return folder;
    }

    /** The submission of this file to this server: the remembered one where it fits, else a new one. */
    public Submission open(URI server, Path file) throws IOException {
        FileFingerprint fingerprint = FileFingerprint.of(file);
        Path entryFile = folder.resolve(digest(server + "\n" + fingerprint.path()) + ".json");
        JournalEntry remembered = read(entryFile)
                .filter(entry -> entry.file().equals(fingerprint))
                .orElseGet(() -> JournalEntry.begin(
                        server.toString(),
                        fingerprint,
                        digest(server + "\n" + fingerprint + "\n" + System.nanoTime() + Math.random())));
        return new Submission(this, entryFile, remembered);
    }

    void write(Path entryFile, JournalEntry entry) throws IOException {
        Files.createDirectories(folder);
        Path next = entryFile.resolveSibling(entryFile.getFileName() + ".next");
        Files.write(next, Answers.JSON.writeValueAsBytes(entry));
        Files.move(next, entryFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<JournalEntry> read(Path entryFile) throws IOException {
        if (!Files.exists(entryFile)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Answers.JSON.readValue(Files.readAllBytes(entryFile), JournalEntry.class));
        } catch (JsonProcessingException e) {
            // Written by another version: the worst that follows is that the file is sent from the beginning.
            return Optional.empty();
        }
    }

    private static String digest(String text) {
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return String.format("%064x", new BigInteger(1, sha256)).substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
