package io.millrace.edge.protocol.tus;

import io.millrace.edge.ingest.NewUpload;
import io.millrace.edge.jobs.JobService;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a creation says of its upload, and of the job that it may want to start. */
final class NewTusUploads {
    private static final String DEFAULT_PURPOSE = "batch";

    private final JobService jobs;

    NewTusUploads(JobService jobs) {
        this.jobs = jobs;
    }

    /**
     * The upload that a creation asks for.
     *
     * @throws MillraceException that names the header or metadata key at fault
     */
    NewUpload from(TusRequest request) {
        OptionalLong length = request.number(TusRequest.LENGTH);
        if (length.isEmpty()) {
            throw MillraceException.about(
                    TusRequest.LENGTH, ErrorCode.INVALID_REQUEST, TusRequest.LENGTH + " is missing");
        }
        UploadMetadata metadata = UploadMetadata.parse(request.header(UploadMetadata.HEADER));
        return new NewUpload(
                Tenant.DEFAULT,
                UploadProtocol.UPLOAD_PROTOCOL_TUS,
                length,
                metadata.valueOr("filename", ""),
                metadata.valueOr("filetype", ""),
                metadata.valueOr("purpose", DEFAULT_PURPOSE),
                metadata.text(),
                job(metadata));
    }

    private Optional<JobParameters> job(UploadMetadata metadata) {
        String endpoint = metadata.value("endpoint");
        return endpoint == null
                ? Optional.empty()
                : Optional.of(jobs.rules()
                        .check(endpoint, metadata.value("completion_window"), metadata.value("priority"), Map.of()));
    }
}
