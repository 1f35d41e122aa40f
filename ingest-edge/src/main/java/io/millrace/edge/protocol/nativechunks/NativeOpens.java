package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.core.JobRules;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestJob;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads what an opening says of its upload, and of the job that it may start. */
final class NativeOpens {
    private static final String DEFAULT_PURPOSE = "batch";

    private final JobRules rules;

    NativeOpens(JobRules rules) {
        this.rules = rules;
    }

    /** @throws MillraceException that names the field at fault */
    NewUpload read(IngestOpen open) {
        OpenRules.checkAll(open);
        boolean job = open.getKind() == IngestKind.INGEST_KIND_JOB;
        OpenRules.check(
                job || open.getKind() == IngestKind.INGEST_KIND_FILE, "kind", "it must be file, job or request");
        OpenRules.check(
                job || !open.getRecordAligned(), "record_aligned", "only a job's file is expanded line by line");
        return new NewUpload(
                Tenant.DEFAULT,
                UploadProtocol.UPLOAD_PROTOCOL_NATIVE,
                OptionalLong.empty(),
                open.hasLength() ? OptionalLong.of(open.getLength()) : OptionalLong.empty(),
                open.getFilename(),
                open.getContentType(),
                open.getPurpose().isEmpty() ? DEFAULT_PURPOSE : open.getPurpose(),
                "",
                job ? Optional.of(job(open.getJob())) : Optional.empty(),
                OpenRules.key(open),
                open.getRecordAligned());
    }

    private JobParameters job(IngestJob job) {
        return rules.check(
                given(job.getEndpoint()),
                given(job.getCompletionWindow()),
                given(job.getPriority()),
                job.getMetadataMap());
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }
}
