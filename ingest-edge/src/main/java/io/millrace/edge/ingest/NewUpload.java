package io.millrace.edge.ingest;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client says of an upload that it creates.
 *
 * @param tenant whose it is
 * @param protocol how it will come
 * @param length its length, where reaching it completes the upload
 * @param announced its length, where the client says so but completes the upload by a word of its own
 * @param filename the file's name, or an empty text
 * @param contentType the file's media type, or an empty text
 * @param purpose what the file is for, or an empty text where that is said at the end
 * @param clientMetadata what is to be repeated to the client
 * @param job the job to start as soon as the upload is complete; its id is still open
 * @param idempotencyKey the same key from the same tenant means the same upload
 * @param recordAligned whether every chunk of it holds whole request lines
 * @param sha256 the digest that its whole content must have, or nothing
 * @param composition how it is put together with others
 * @param fileLifetimeMs how long the file can be used from its creation on; 0 for as long as its bytes are kept
 */
public record NewUpload(
        String tenant,
        UploadProtocol protocol,
        OptionalLong length,
        OptionalLong announced,
        String filename,
        String contentType,
        String purpose,
        String clientMetadata,
        Optional<JobParameters> job,
        Optional<String> idempotencyKey,
        boolean recordAligned,
        ByteString sha256,
        Composition composition,
        long fileLifetimeMs) {

    /** An upload of its own, whose digest is not known. */
    public NewUpload(
            String tenant,
            UploadProtocol protocol,
            OptionalLong length,
            OptionalLong announced,
            String filename,
            String contentType,
            String purpose,
            String clientMetadata,
            Optional<JobParameters> job,
            Optional<String> idempotencyKey,
            boolean recordAligned) {
        this(
                tenant,
                protocol,
                length,
                announced,
                filename,
                contentType,
                purpose,
                clientMetadata,
                job,
                idempotencyKey,
                recordAligned,
                ByteString.EMPTY,
                Composition.NONE,
                0);
    }

    /** An upload without an announced length and without a key. */
    public NewUpload(
            String tenant,
            UploadProtocol protocol,
            OptionalLong length,
            String filename,
            String contentType,
            String purpose,
            String clientMetadata,
            Optional<JobParameters> job) {
        this(
                tenant,
                protocol,
                length,
                OptionalLong.empty(),
                filename,
                contentType,
                purpose,
                clientMetadata,
                job,
                Optional.empty(),
                false);
    }

    /** The same upload, with a digest that its whole content must have. */
    public NewUpload withSha256(ByteString digest) {
        return new NewUpload(
                tenant,
                protocol,
                length,
                announced,
                filename,
                contentType,
                purpose,
                clientMetadata,
                job,
                idempotencyKey,
                recordAligned,
                digest,
                composition,
                fileLifetimeMs);
    }

    /** The same upload, put together with others; a part starts no job. */
    public NewUpload composed(Composition how) {
        return new NewUpload(
                tenant,
                protocol,
                length,
                announced,
                filename,
                contentType,
                purpose,
                clientMetadata,
                how.partial() ? Optional.empty() : job,
                idempotencyKey,
                recordAligned,
                sha256,
                how,
                fileLifetimeMs);
    }

    /** The same upload, under a key. */
    public NewUpload under(String key) {
        return new NewUpload(
                tenant,
                protocol,
                length,
                announced,
                filename,
                contentType,
                purpose,
                clientMetadata,
                job,
                Optional.of(key),
                recordAligned,
                sha256,
                composition,
                fileLifetimeMs);
    }

    /** The same upload, whose file can be used for so long. */
    public NewUpload livingFor(long lifetimeMs) {
        return new NewUpload(
                tenant,
                protocol,
                length,
                announced,
                filename,
                contentType,
                purpose,
                clientMetadata,
                job,
                idempotencyKey,
                recordAligned,
                sha256,
                composition,
                lifetimeMs);
    }
}
