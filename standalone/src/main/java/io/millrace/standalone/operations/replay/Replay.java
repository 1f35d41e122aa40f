package io.millrace.standalone.operations.replay;

import io.millrace.client.ClientException;
import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.RefusedException;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadProtocol;
import io.millrace.standalone.operations.core.Pace;
import io.millrace.standalone.operations.core.ReplayJob;
import io.millrace.standalone.operations.core.Standing;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries a plan out, from where it stopped. It may be killed anywhere: what is written twice then is the same, and the readers
 * drop it. Blocks; for one thread.
 */
final class Replay {
    private static final int RESENT_AT_ONCE = 200;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long UNFINISHED_LIFE_MS = Duration.ofDays(1).toMillis();

    private final PlanFolder folder;
    private final MillraceClient client;
    private final LinkListener listener;
    private final InstantSource clock;
    private final Pace pace;
    private final LongConsumer advanced;
    private long done;

    /** @param advanced hears how many requests are written, from all of the plan */
    Replay(
            PlanFolder folder,
            MillraceClient client,
            LinkListener listener,
            InstantSource clock,
            Pace pace,
            LongConsumer advanced) {
        this.folder = folder;
        this.client = client;
        this.listener = listener;
        this.clock = clock;
        this.pace = pace;
        this.advanced = advanced;
    }

    /**
     * Writes everything, and returns how many requests were left out because they got their outcome since the plan was made.
     */
    long run(Plan plan, KafkaSettings kafka) throws IOException, ClientException, InterruptedException {
        long late = 0;
        try (ReplayProducer producer = new ReplayProducer(kafka)) {
            for (Plan.Resend resend : plan.resends()) {
                late += resend(resend, producer);
            }
            for (ReplayJob job : plan.jobs()) {
                write(job, plan.terms(), producer);
            }
        }
        return late;
    }

    private long resend(Plan.Resend resend, ReplayProducer producer)
            throws IOException, ClientException, InterruptedException {
        String part = "requests-" + resend.topic();
        PlanFolder.Progress progress = folder.progress();
        long finished = progress.of(part);
        long late = progress.of(part + "-late");
        // The plan may be old by now: what has its outcome meanwhile must not run again.
        Outcomes outcomes = new Outcomes(client, listener);
        try (InputStream from = new BufferedInputStream(Files.newInputStream(folder.requests(resend.topic())))) {
            long at = 0;
            List<InferenceRequest> next = some(from);
            while (!next.isEmpty()) {
                int size = next.size();
                if (at >= finished) {
                    List<InferenceRequest> open = new ArrayList<>();
                    for (InferenceRequest request : next) {
                        if (outcomes.standing(request.getStream().getId(), request.getItem()) == Standing.OPEN) {
                            open.add(request);
                        }
                    }
                    await(open.size());
                    producer.resend(resend.topic(), open);
                    late += size - open.size();
                    folder.advance(part + "-late", late);
                    folder.advance(part, at + size);
                }
                at += size;
                advance(size);
                next = some(from);
            }
        }
        return late;
    }

    private static List<InferenceRequest> some(InputStream from) throws IOException {
        List<InferenceRequest> some = new ArrayList<>();
        @Nullable InferenceRequest next = InferenceRequest.parseDelimitedFrom(from);
        while (next != null) {
            some.add(next);
            next = some.size() == RESENT_AT_ONCE ? null : InferenceRequest.parseDelimitedFrom(from);
        }
        return some;
    }

    private void write(ReplayJob job, Plan.Terms terms, ReplayProducer producer)
            throws IOException, InterruptedException {
        String part = "job-" + job.number();
        long finished = folder.progress().of(part);
        long now = clock.millis();
        producer.open(UploadOpen.newBuilder()
                .setTenant(Tenant.DEFAULT)
                .setUploadId(job.uploadId())
                .setProtocol(UploadProtocol.UPLOAD_PROTOCOL_KAFKA)
                .setLength(job.bytes())
                .setFilename("replay-of-" + job.source() + ".jsonl")
                .setPurpose("batch")
                .setRecordAligned(true)
                .setCreatedAtMs(now)
                .setExpiresAtMs(now + UNFINISHED_LIFE_MS)
                .setJob(ReplayProducer.parameters(terms, job.endpoint(), job.source()))
                .build());
        try (LineChunks chunks = new LineChunks(folder.lines(job), terms.chunkLines())) {
            Optional<LineChunks.Chunk> next = chunks.next();
            while (next.isPresent()) {
                LineChunks.Chunk chunk = next.get();
                if (chunk.sequence() >= finished) {
                    await(chunk.count());
                    producer.chunk(job.uploadId(), chunk);
                    folder.advance(part, chunk.sequence() + 1);
                }
                advance(chunk.count());
                next = chunks.next();
            }
        }
    }

    /** Makes a job over a file that is there; under the same id it is the same job. */
    Job expand(String jobId, String fileId, JobParameters parameters, KafkaSettings kafka)
            throws ClientException, InterruptedException {
        long now = clock.millis();
        try (ReplayProducer producer = new ReplayProducer(kafka)) {
            JobSubmitted submitted = JobSubmitted.newBuilder()
                    .setParameters(parameters.toBuilder().setJobId(jobId))
                    .setInputFileId(fileId)
                    .setSubmittedAtMs(now)
                    .setDeadlineMs(now + parameters.getCompletionWindowMs())
                    .build();
            producer.submit(jobId, submitted);
            Job known = await(jobId, job -> true);
            producer.control(
                    RecordKind.EXPAND,
                    fileId,
                    ExpandFile.newBuilder()
                            .setTenant(Tenant.DEFAULT)
                            .setUploadId(fileId)
                            .setJobId(jobId)
                            .setEndpoint(parameters.getEndpoint())
                            .setPriority(parameters.getPriority())
                            .setDeadlineMs(known.json().path("expires_at").asLong() * 1000)
                            .build());
        }
        return await(jobId, job -> !job.status().equals("validating"));
    }

    /** The job once it is as wanted; it need not be known yet. */
    Job await(String jobId, Predicate<Job> wanted) throws ClientException, InterruptedException {
        long deadline = System.nanoTime() + client.options().patience().toNanos();
        while (true) {
            Optional<Job> found = find(jobId);
            if (found.isPresent() && wanted.test(found.get())) {
                return found.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the job " + jobId + " is not there yet: "
                        + found.map(Job::status).orElse("unknown")
                        + "; go on with --resume later, or look at the assembler's log");
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    private Optional<Job> find(String jobId) throws ClientException, InterruptedException {
        try {
            return Ids.isValid(Ids.BATCH, jobId)
                    ? Optional.of(client.jobs(listener).get(jobId))
                    : Optional.empty();
        } catch (RefusedException notYet) {
            return Optional.empty();
        }
    }

    private void await(int count) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(pace.delay(count, System.nanoTime()));
    }

    private void advance(long count) {
        done += count;
        advanced.accept(done);
    }
}
