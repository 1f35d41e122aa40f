package io.millrace.assembler.verification;

import com.google.protobuf.ByteString;
import io.millrace.assembler.content.BackgroundRead;
import io.millrace.assembler.content.ContentReader;
import io.millrace.assembler.content.PayloadSource;
import io.millrace.assembler.content.UnreadableContentException;
import io.millrace.assembler.core.Verdict;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.UploadState;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file on a virtual thread of its own and compares it with the digests that its client gave. */
public final class DigestReader implements AutoCloseable {
    private record Expected(String algorithm, ByteString value, MessageDigest actual) {}

    private static final Logger LOG = LoggerFactory.getLogger(DigestReader.class);

    private final String uploadId;
    private final List<Expected> digests;
    private final ContentReader content;
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    private final BackgroundRead background;

    DigestReader(UploadState file, PayloadSource payload, Runnable released) {
        this.uploadId = file.getOpen().getUploadId();
        this.digests = digests(file);
        this.content = new ContentReader(uploadId, payload, 0, file.getLength());
        this.background = new BackgroundRead("verification-" + uploadId, () -> verdict.complete(compare()), released);
    }

    private static List<Expected> digests(UploadState file) {
        List<Expected> digests = new ArrayList<>();
        if (!file.getOpen().getSha256().isEmpty()) {
            digests.add(expected("SHA-256", file.getOpen().getSha256()));
        }
        if (!file.getMd5().isEmpty()) {
            digests.add(expected("MD5", file.getMd5()));
        }
        return digests;
    }

    private static Expected expected(String algorithm, ByteString value) {
        try {
            return new Expected(algorithm, value, MessageDigest.getInstance(algorithm));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    void start() {
        background.start();
    }

    /** Where the stream thread tells the file's pieces. */
    public ContentReader content() {
        return content;
    }

    /** What came of it, once it is known. */
    public Optional<Verdict> verdict() {
        return Optional.ofNullable(verdict.getNow(null));
    }

    /** Gives up. */
    @Override
    public void close() {
        content.close();
        background.close();
    }

    private Verdict compare() throws InterruptedException {
        try {
            content.readTo((value, from, length) ->
                    digests.forEach(each -> each.actual().update(value, from, length)));
        } catch (UnreadableContentException e) {
            return new Verdict.Fails(ErrorCode.FILE_UNREADABLE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("upload", uploadId).setCause(e).log("file cannot be verified");
            return new Verdict.Fails(ErrorCode.INTERNAL, "the file cannot be verified");
        }
        @Nullable String wrong = null;
        for (Expected digest : digests) {
            if (!digest.value().equals(ByteString.copyFrom(digest.actual().digest()))) {
                wrong = digest.algorithm();
            }
        }
        return wrong == null
                ? new Verdict.Matches()
                : new Verdict.Fails(
                        ErrorCode.CHECKSUM_MISMATCH, "the content does not have the " + wrong + " digest given for it");
    }
}
