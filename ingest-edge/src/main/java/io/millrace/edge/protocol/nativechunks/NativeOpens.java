package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.core.JobRules;
import io.millrace.edge.ingest.NewUpload;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
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
    private static final int LONGEST_TEXT = 255;

    private final JobRules rules;

    NativeOpens(JobRules rules) {
        this.rules = rules;
    }

    /** @throws MillraceException that names the field at fault */
    NewUpload read(IngestOpen open) {
        check(open.getDictionaryId() == 0, "dictionary_id", "there are no dictionaries yet: it must be 0");
        check(open.getIdempotencyKey().length() <= LONGEST_TEXT, "idempotency_key", "at most 255 characters");
        check(open.getFilename().length() <= LONGEST_TEXT, "filename", "at most 255 characters");
        check(open.getContentType().length() <= LONGEST_TEXT, "content_type", "at most 255 characters");
        check(!open.hasLength() || open.getLength() >= 0, "length", "it must be at least 0");
        boolean job = open.getKind() == IngestKind.INGEST_KIND_JOB;
        check(job || open.getKind() == IngestKind.INGEST_KIND_FILE, "kind", "it must be file or job");
        check(job || !open.getRecordAligned(), "record_aligned", "only a job's file is expanded line by line");
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
                Optional.of(open.getIdempotencyKey()).filter(key -> !key.isBlank()),
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

    private static void check(boolean holds, String field, String otherwise) {
        if (!holds) {
            throw MillraceException.about(field, ErrorCode.INVALID_REQUEST, field + ": " + otherwise);
        }
    }
}
