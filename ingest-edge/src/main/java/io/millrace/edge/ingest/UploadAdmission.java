package io.millrace.edge.ingest;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadOpen;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/** Decides whether an upload may begin, and says what it is from then on. */
final class UploadAdmission {
    private static final String ENDPOINT = "/uploads";

    private final IngestLimits limits;
    private final InstantSource clock;

    UploadAdmission(IngestLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The upload that is asked for; it has no bytes yet.
     *
     * @throws MillraceException if it would be too long
     */
    Upload admit(NewUpload request) {
        if (Math.max(request.length().orElse(0), request.announced().orElse(0)) > limits.maxUploadSize()) {
            throw IngestService.tooLarge(limits.maxUploadSize());
        }
        long now = clock.millis();
        String id = request.idempotencyKey()
                .map(key -> Ids.fromIdempotencyKey(Ids.FILE, request.tenant(), ENDPOINT, key))
                .orElseGet(() -> Ids.create(Ids.FILE, now));
        UploadOpen.Builder open = UploadOpen.newBuilder()
                .setTenant(request.tenant())
                .setUploadId(id)
                .setProtocol(request.protocol())
                .setFilename(request.filename())
                .setContentType(request.contentType())
                .setPurpose(request.purpose())
                .setClientMetadata(request.clientMetadata())
                .setRecordAligned(request.recordAligned())
                .setFileLifetimeMs(request.fileLifetimeMs())
                .setCreatedAtMs(now)
                .setExpiresAtMs(now + limits.lifetime().toMillis());
        open.setSha256(request.sha256())
                .setPartial(request.composition().partial())
                .addAllParts(request.composition().parts())
                .setClientConcat(request.composition().asSent());
        request.length().ifPresent(open::setLength);
        request.announced().ifPresent(open::setAnnouncedLength);
        request.idempotencyKey().ifPresent(key -> open.setFingerprint(fingerprint(request)));
        request.job()
                .ifPresent(job -> open.setJob(job.toBuilder()
                        .setJobId(Ids.jobOfUpload(request.tenant(), id))
                        .build()));
        return Upload.created(open.build());
    }

    /** Two creations under one key are the same when this is the same. */
    private static ByteString fingerprint(NewUpload request) {
        JobParameters job = request.job().orElseGet(JobParameters::getDefaultInstance);
        List<String> parts = List.of(
                request.length().toString(),
                request.announced().toString(),
                request.filename(),
                request.contentType(),
                request.purpose(),
                request.clientMetadata(),
                job.getEndpoint(),
                job.getCompletionWindow(),
                job.getPriority().name(),
                Boolean.toString(request.recordAligned()),
                Base64.getEncoder().encodeToString(request.sha256().toByteArray()),
                request.composition().toString());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                digest.update(bytes);
            }
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
