package io.millrace.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One file on its way to a server and through a job; every step is in the journal before the next begins. */
public final class Submission {
    private final UploadJournal journal;
    private final Path entryFile;
    private JournalEntry entry;

    Submission(UploadJournal journal, Path entryFile, JournalEntry entry) {
        this.journal = journal;
        this.entryFile = entryFile;
        this.entry = entry;
    }

    /** What is being sent. */
    public FileFingerprint file() {
        return entry.file();
    }

    /** Names this submission to the server. */
    public String key() {
        return entry.key();
    }

    /** Where the bytes go, once the upload exists. */
    public Optional<URI> uploadUrl() {
        return Optional.ofNullable(entry.uploadUrl()).map(URI::create);
    }

    /** The job, once it exists. */
    public Optional<String> jobId() {
        return Optional.ofNullable(entry.jobId());
    }

    /** The last event whose result is in the output file. */
    public Optional<Position> followed() {
        return Optional.ofNullable(entry.followed());
    }

    /** How long the output file was after that event. */
    public long outputLength() {
        return entry.outputLength();
    }

    void uploadCreated(URI url) throws IOException {
        save(entry.withUpload(url.toString()));
    }

    void uploadLost() throws IOException {
        save(entry.withUpload(null));
    }

    void jobCreated(String id) throws IOException {
        save(entry.withJob(id));
    }

    /** Everything up to this position is in the output file, which is this long. */
    public void followed(Position position, long outputLength) throws IOException {
        save(entry.withFollowed(position, outputLength));
    }

    /** It is done; the same file sent again is a new submission. */
    public void forget() throws IOException {
        Files.deleteIfExists(entryFile);
    }

    private void save(JournalEntry changed) throws IOException {
        journal.write(entryFile, changed);
        entry = changed;
    }
}
