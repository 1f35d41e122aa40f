package io.millrace.bench.faults;

import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Uploads a job's file by tus over the bad link, submits it, and follows it. */
final class TusJobs implements Flow {
    private static final int REQUESTS = 400;

    private final Workbench bench;

    TusJobs(Workbench bench) {
        this.bench = bench;
    }

    @Override
    public String name() {
        return "tus and a batch";
    }

    @Override
    public void round(long number) throws Exception {
        List<String> names = Contents.names(number, REQUESTS);
        byte[] content = Contents.job(names);
        Path file = Files.write(bench.folder().resolve("job-" + number + ".jsonl"), content);
        Submission submission = new UploadJournal(bench.folder().resolve("journal"))
                .open(bench.client().options().server(), file);
        NoAcknowledgedByteResent resent = new NoAcknowledgedByteResent();
        String id;
        try (Track track = bench.watch().stalls.begin("tus upload")) {
            bench.watch().written.begun();
            UploadCounts counts = bench.client()
                    .upload(new SentBytes(bench.watch(), resent, track))
                    .send(submission);
            id = counts.fileId();
        }
        bench.watch().done(resent);
        bench.watch().files.sent(id, Contents.digest(content));
        bench.watch().count("accepted: uploads by tus");
        String job;
        try (Track track = bench.watch().stalls.begin("batch submitted")) {
            job = bench.client()
                    .createJob(submission, id, JobRequest.EMBEDDINGS, LinkListener.NONE)
                    .id();
            track.moved();
        }
        submission.forget();
        Files.delete(file);
        bench.following().follow(job, names);
    }

    /** Watches what one upload sends. */
    static final class SentBytes implements UploadListener {
        private final Watch watch;
        private final NoAcknowledgedByteResent resent;
        private final Track track;

        SentBytes(Watch watch, NoAcknowledgedByteResent resent, Track track) {
            this.watch = watch;
            this.resent = resent;
            this.track = track;
        }

        @Override
        public void interrupted(String reason, Duration delay) {
            watch.count("uploads: interrupted");
        }

        @Override
        public void sent(long from, long to) {
            resent.sent(from, to - from);
            watch.written.sent(to - from);
        }

        @Override
        public void acknowledged(long offset) {
            resent.told(offset);
            track.moved();
        }
    }
}
