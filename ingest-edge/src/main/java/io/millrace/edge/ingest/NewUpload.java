package io.millrace.edge.ingest;

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
        boolean recordAligned) {

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
}
