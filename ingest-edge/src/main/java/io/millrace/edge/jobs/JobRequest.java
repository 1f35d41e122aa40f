package io.millrace.edge.jobs;

import io.millrace.schemas.v1.JobParameters;
import java.util.Optional;

/**
 * A job over a file, as a client asks for it.
 *
 * @param tenant whose it is
 * @param fileId the file with its requests
 * @param parameters what is asked, checked; without an id
 * @param idempotencyKey the key under which it is the same job when asked again
 */
public record JobRequest(String tenant, String fileId, JobParameters parameters, Optional<String> idempotencyKey) {}
