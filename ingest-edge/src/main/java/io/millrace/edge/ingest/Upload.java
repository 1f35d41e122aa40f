package io.millrace.edge.ingest;

import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadProtocol;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An upload as far as the edge knows it.
 *
 * @param open what was said when it was created
 * @param status whether it is open or complete
 * @param length its length, where it is known
 * @param offset how many bytes are there without a gap; all of them acknowledged by the brokers
 */
public record Upload(UploadOpen open, UploadStatus status, OptionalLong length, long offset) {

    /** A new upload that has no bytes yet. */
    static Upload created(UploadOpen open) {
        OptionalLong length = open.hasLength() ? OptionalLong.of(open.getLength()) : OptionalLong.empty();
        return new Upload(open, UploadStatus.UPLOAD_STATUS_OPEN, length, 0).at(0);
    }

    /** The upload as its assembler knows it. */
    static Upload of(UploadState state) {
        OptionalLong length = state.hasLength() ? OptionalLong.of(state.getLength()) : OptionalLong.empty();
        return new Upload(opening(state), state.getStatus(), length, state.getContiguous());
    }

    /** A part of another upload has a second lifetime. */
    private static UploadOpen opening(UploadState state) {
        UploadOpen open = state.getOpen();
        boolean prolonged = state.getPinned() && open.getExpiresAtMs() > 0;
        return prolonged
                ? open.toBuilder()
                        .setExpiresAtMs(2 * open.getExpiresAtMs() - open.getCreatedAtMs())
                        .build()
                : open;
    }

    /** Its id, also the id of the file that it becomes. */
    public String id() {
        return open.getUploadId();
    }

    /** Whose it is. */
    public String tenant() {
        return open.getTenant();
    }

    /** Whether it is a file now. */
    public boolean complete() {
        return status == UploadStatus.UPLOAD_STATUS_COMPLETE;
    }

    /** Whether all of it is there, but its digest not checked yet. */
    boolean verifying() {
        return status == UploadStatus.UPLOAD_STATUS_VERIFYING;
    }

    /**
     * Whether it becomes a file without any further word of its client: its digest is being checked, or its parts are named.
     * Who has seen the file may see this again, when the assembler that told of it died before its work was durable.
     */
    boolean settling() {
        return verifying() || (!complete() && open.getPartsCount() > 0);
    }

    /** Whether it takes no bytes of its own, but consists of other uploads. */
    public boolean composed() {
        boolean willBe = open.getProtocol() == UploadProtocol.UPLOAD_PROTOCOL_OPENAI_UPLOAD && !open.getPartial();
        return willBe || open.getPartsCount() > 0;
    }

    /** Its length as far as it was ever said, whether or not reaching it completes the upload. */
    public OptionalLong announced() {
        return length.isEmpty() && open.hasAnnouncedLength() ? OptionalLong.of(open.getAnnouncedLength()) : length;
    }

    /** When it is gone if it is not complete by then; nothing for a complete one. */
    public Optional<Instant> expiry() {
        return complete() || open.getExpiresAtMs() == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(open.getExpiresAtMs()));
    }

    /** When the file is gone by its client's own wish; nothing where that is not said. */
    public Optional<Instant> fileExpiry() {
        return open.getFileLifetimeMs() == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(open.getCreatedAtMs() + open.getFileLifetimeMs()));
    }

    /** Whether it is too late to go on with it, or to use it. */
    boolean expired(Instant now) {
        return (complete() ? fileExpiry() : expiry())
                .filter(expiry -> !now.isBefore(expiry))
                .isPresent();
    }

    /** The same upload with its length known from here on. */
    Upload withLength(long newLength) {
        return new Upload(open, status, OptionalLong.of(newLength), offset).at(offset);
    }

    /** The job that starts when it is complete, if it names one. */
    public Optional<String> jobId() {
        return open.hasJob() ? Optional.of(open.getJob().getJobId()) : Optional.empty();
    }

    /** The same upload with bytes up to here; complete when that is its length. */
    Upload at(long newOffset) {
        boolean whole = length.isPresent() && length.getAsLong() == newOffset;
        return new Upload(open, whole ? ofWhole() : status, length, newOffset);
    }

    /** A digest of the whole is checked first. */
    private UploadStatus ofWhole() {
        return open.getSha256().isEmpty() ? UploadStatus.UPLOAD_STATUS_COMPLETE : UploadStatus.UPLOAD_STATUS_VERIFYING;
    }

    /** The same upload without what only a query needs, small enough to be remembered. */
    Upload remembered() {
        UploadOpen small =
                open.toBuilder().clearClientMetadata().clearFilename().build();
        return new Upload(small, status, length, offset);
    }
}
