package io.millrace.edge.protocol.uploads;

import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.jobs.JobService;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a creation says of its upload, and of the job that it may want to start. */
public final class NewUploads {
    private static final String DEFAULT_PURPOSE = "batch";

    private final JobService jobs;

    /** Checks jobs by this service's rules. */
    public NewUploads(JobService jobs) {
        this.jobs = jobs;
    }

    /**
     * How long the upload is.
     *
     * @param length where reaching it completes the upload
     * @param announced where it does not
     */
    public record Lengths(OptionalLong length, OptionalLong announced) {}

    /**
     * The upload that a creation asks for.
     *
     * @param filename its name where the metadata does not say one, or an empty text
     * @param contentType its media type where the metadata does not say one, or an empty text
     * @throws MillraceException that names the header or metadata key at fault
     */
    public NewUpload from(
            UploadRequest request, UploadProtocol protocol, Lengths lengths, String filename, String contentType) {
        UploadMetadata metadata = UploadMetadata.parse(request.header(UploadMetadata.HEADER));
        return new NewUpload(
                Tenant.DEFAULT,
                protocol,
                lengths.length(),
                lengths.announced(),
                metadata.valueOr("filename", filename),
                metadata.valueOr("filetype", contentType),
                metadata.valueOr("purpose", DEFAULT_PURPOSE),
                metadata.text(),
                job(metadata),
                request.idempotencyKey(),
                false);
    }

    private Optional<JobParameters> job(UploadMetadata metadata) {
        String endpoint = metadata.value("endpoint");
        return endpoint == null
                ? Optional.empty()
                : Optional.of(jobs.rules()
                        .check(endpoint, metadata.value("completion_window"), metadata.value("priority"), Map.of()));
    }
}
