package io.millrace.assembler.verification;

import io.millrace.assembler.content.PayloadSource;
import io.millrace.schemas.v1.UploadState;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Opens readers, a bounded number at the same time in the whole process. Thread-safe. */
public final class DigestReaders {
    private final PayloadSource payload;
    private final Semaphore permits;

    /** @param most files that are read at the same time; further ones wait */
    public DigestReaders(PayloadSource payload, int most) {
        this.payload = payload;
        this.permits = new Semaphore(most);
    }

    /** Starts to read a file, unless as many are being read as may be. */
    public Optional<DigestReader> open(UploadState file) {
        if (!permits.tryAcquire()) {
            return Optional.empty();
        }
        DigestReader reader = new DigestReader(file, payload, permits::release);
        reader.start();
        return Optional.of(reader);
    }
}
