package io.millrace.assembler.expansion;

import io.millrace.assembler.content.PayloadSource;
import io.millrace.assembler.core.JobLineParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Opens readers, a bounded number at the same time in the whole process. Thread-safe. */
public final class ExpansionReaders {
    private final PayloadSource payload;
    private final Map<String, List<String>> models;
    private final ExpansionSettings settings;
    private final Semaphore permits;

    /** @param models the models that there are, with the endpoints that each serves */
    public ExpansionReaders(PayloadSource payload, Map<String, List<String>> models, ExpansionSettings settings) {
        this.payload = payload;
        this.models = Map.copyOf(models);
        this.settings = settings;
        this.permits = new Semaphore(settings.activeJobs());
    }

    /** How files become requests. */
    public ExpansionSettings settings() {
        return settings;
    }

    /** Starts to read a file, unless as many are being read as may be. */
    public Optional<ExpansionReader> open(ExpansionReader.Source source, String endpoint) {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        JobLineParser parser =
                new JobLineParser(endpoint, models, (int) settings.maxLine().bytes());
        ExpansionReader reader = new ExpansionReader(source, payload, parser, settings, permits::release);
        reader.start();
        return Optional.of(reader);
    }

    /** Starts to read chunks of a record-aligned upload, unless as much is being read as may be. */
    public Optional<AlignedReader> open(String uploadId, List<AlignedReader.Source> chunks, String endpoint) {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        int longestLine = (int) settings.maxLine().bytes();
        JobLineParser parser = new JobLineParser(endpoint, models, longestLine);
        AlignedReader reader = new AlignedReader(uploadId, chunks, payload, parser, longestLine, permits::release);
        reader.start();
        return Optional.of(reader);
    }

    /** Whether others may be waiting for one to be closed. */
    public boolean exhausted() {
        return permits.availablePermits() == 0;
    }

    /** How many files are being read. */
    public int active() {
        return settings.activeJobs() - permits.availablePermits();
    }
}
