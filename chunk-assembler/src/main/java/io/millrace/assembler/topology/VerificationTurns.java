package io.millrace.assembler.topology;

import io.millrace.assembler.content.ContentReader;
import io.millrace.assembler.core.UploadReassembly;
import io.millrace.assembler.core.Verdict;
import io.millrace.assembler.verification.DigestReader;
import io.millrace.assembler.verification.DigestReaders;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has the files of one partition verified, some at the same time. After a crash a file is read again. */
final class VerificationTurns implements Turn {
    private final DigestReaders readers;
    private final UploadStore uploads;
    private final PendingWork pending;
    private final UploadChanges changes;
    private final Map<EntityKey, DigestReader> active = new LinkedHashMap<>();

    VerificationTurns(DigestReaders readers, UploadStore uploads, PendingWork pending, UploadChanges changes) {
        this.readers = readers;
        this.uploads = uploads;
        this.pending = pending;
        this.changes = changes;
    }

    @Override
    public void take(long nowMs) {
        activate();
        active.forEach(this::tellPieces);
        Map.copyOf(active).forEach((upload, reader) -> settle(upload, reader, nowMs));
    }

    @Override
    public void close() {
        active.values().forEach(DigestReader::close);
        active.clear();
    }

    private void activate() {
        Optional<EntityKey> next = pending.next(PendingWork.Kind.VERIFY, null);
        while (next.isPresent() && (active.containsKey(next.get()) || open(next.get()))) {
            next = pending.next(PendingWork.Kind.VERIFY, next.get());
        }
    }

    /** Starts to read; false when nothing more may be read now. */
    private boolean open(EntityKey upload) {
        @Nullable UploadState file = verifying(upload);
        if (file == null) {
            pending.done(PendingWork.Kind.VERIFY, upload);
            return true;
        }
        Optional<DigestReader> reader = readers.open(file);
        reader.ifPresent(opened -> active.put(upload, opened));
        return reader.isPresent();
    }

    private void tellPieces(EntityKey upload, DigestReader reader) {
        reader.content()
                .wanted()
                .ifPresent(position ->
                        reader.content().tell(uploads.stored().from(upload, position, ContentReader.PIECES_AT_ONCE)));
    }

    private void settle(EntityKey upload, DigestReader reader, long nowMs) {
        Optional<Verdict> verdict = reader.verdict();
        @Nullable UploadState file = verifying(upload);
        if (verdict.isEmpty() && file != null) {
            return;
        }
        verdict.ifPresent(known -> changes.take(upload, file, UploadReassembly.verified(file, known, nowMs), nowMs));
        pending.done(PendingWork.Kind.VERIFY, upload);
        reader.close();
        active.remove(upload);
    }

    private @Nullable UploadState verifying(EntityKey upload) {
        @Nullable UploadState file = uploads.find(upload);
        return file != null && file.getStatus() == UploadStatus.UPLOAD_STATUS_VERIFYING ? file : null;
    }
}
