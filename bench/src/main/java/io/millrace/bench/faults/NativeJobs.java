package io.millrace.bench.faults;

import io.millrace.client.JobRequest;
import io.millrace.client.NativeOptions;
import io.millrace.client.NativeResult;
import io.millrace.testing.guarantee.NoAcknowledgedByteResent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sends a job by native chunks over the bad link, whose requests run while the rest is sent, and follows it. */
final class NativeJobs implements Flow {
    private static final int REQUESTS = 400;
    private static final int CHUNK = 16 << 10;

    private final Workbench bench;

    NativeJobs(Workbench bench) {
        this.bench = bench;
    }

    @Override
    public String name() {
        return "native chunks and a batch";
    }

    @Override
    public void round(long number) throws Exception {
        List<String> names = Contents.names(number, REQUESTS);
        byte[] content = Contents.job(names);
        Path file = Files.write(bench.folder().resolve("native-" + number + ".jsonl"), content);
        NoAcknowledgedByteResent resent = new NoAcknowledgedByteResent();
        NativeResult result;
        try (Track track = bench.watch().stalls.begin("native upload")) {
            bench.watch().written.begun();
            result = bench.client()
                    .nativeUpload(new TusJobs.SentBytes(bench.watch(), resent, track))
                    .send(
                            file,
                            NativeOptions.job("native-" + number, JobRequest.EMBEDDINGS)
                                    .withChunkSize(CHUNK));
        }
        bench.watch().done(resent);
        bench.watch().files.sent(result.counts().fileId(), Contents.digest(content));
        bench.watch().count("accepted: uploads by native chunks");
        Files.delete(file);
        bench.following().follow(result.jobId(), names);
    }
}
