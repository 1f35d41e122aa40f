package io.millrace.assembler.core;

import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.Optional;

/**
 * When uploads end by themselves, and when they are forgotten.
 *
 * @param idleMs after which an incomplete upload expires if nothing comes
 * @param graceMs after which it is forgotten that an upload ended without becoming a file
 * @param retentionMs after which the bytes of a file are not kept any more
 */
public record UploadLife(long idleMs, long graceMs, long retentionMs) {
    /**
     * What ends the upload now, if anything does.
     *
     * @param oldestRecord that the upload's partition still has
     */
    public Optional<UploadCancel> due(UploadState upload, long oldestRecord, long nowMs) {
        if (upload.getStatus() != UploadStatus.UPLOAD_STATUS_OPEN) {
            return Optional.empty();
        }
        long quietMs =
                nowMs - Math.max(upload.getLastActivityMs(), upload.getOpen().getCreatedAtMs());
        boolean gone = upload.hasFirstRecord() && upload.getFirstRecord() < oldestRecord;
        if (gone || quietMs >= retentionMs) {
            return Optional.of(
                    cancel(upload, CancelCause.CANCEL_CAUSE_UNREADABLE).build());
        }
        long expiresAt = upload.getOpen().getExpiresAtMs();
        if (upload.getPinned()) {
            return nowMs >= pinEndsAt(upload)
                    ? Optional.of(
                            cancel(upload, CancelCause.CANCEL_CAUSE_EXPIRED).build())
                    : Optional.empty();
        }
        if (expiresAt > 0 && nowMs >= expiresAt) {
            return Optional.of(cancel(upload, CancelCause.CANCEL_CAUSE_EXPIRED).build());
        }
        // A composed upload has to wait for its parts, and these do not expire as long as they are its parts.
        return quietMs >= idleMs && !UploadComposition.isComposed(upload)
                ? Optional.of(cancel(upload, CancelCause.CANCEL_CAUSE_EXPIRED)
                        .setLastActivityMs(upload.getLastActivityMs())
                        .build())
                : Optional.empty();
    }

    /**
     * How long being a part of others keeps an upload open: a second lifetime. Whatever was composed of it while it could be
     * continued has its own end by then, so who still holds it is a link that nobody will ever need.
     */
    static long pinEndsAt(UploadState upload) {
        long expiresAt = upload.getOpen().getExpiresAtMs();
        return expiresAt == 0
                ? Long.MAX_VALUE
                : expiresAt + Math.max(0, expiresAt - upload.getOpen().getCreatedAtMs());
    }

    private static UploadCancel.Builder cancel(UploadState upload, CancelCause cause) {
        return UploadCancel.newBuilder()
                .setTenant(upload.getOpen().getTenant())
                .setUploadId(upload.getOpen().getUploadId())
                .setCause(cause);
    }

    private static long fileEndsAt(UploadState upload) {
        long lifetime = upload.getOpen().getFileLifetimeMs();
        return lifetime > 0 ? upload.getOpen().getCreatedAtMs() + lifetime : Long.MAX_VALUE;
    }

    /** From when on nothing needs to be known of the upload any more; empty while it is open. */
    public Optional<Long> forgottenAt(UploadState upload) {
        return switch (upload.getStatus()) {
            case UPLOAD_STATUS_COMPLETE ->
                Optional.of(Math.min(upload.getCompletedAtMs() + retentionMs, fileEndsAt(upload)));
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED, UPLOAD_STATUS_FAILED ->
                Optional.of(upload.getEndedAtMs() + graceMs);
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_VERIFYING, UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED ->
                Optional.empty();
        };
    }
}
