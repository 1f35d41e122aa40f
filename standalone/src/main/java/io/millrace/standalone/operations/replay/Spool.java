package io.millrace.standalone.operations.replay;

import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.standalone.operations.core.ReplayJob;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Files of a plan's folder while they are filled: the lines of each new job, the requests for each lane. */
final class Spool implements AutoCloseable {
    private static final int MOST_OPEN = 64;

    private final String replayId;
    private final PlanFolder folder;
    private final Map<String, ReplayJob> jobs = new LinkedHashMap<>();
    private final Map<String, Long> requests = new TreeMap<>();
    private final Map<Path, OutputStream> open = new LinkedHashMap<>();

    Spool(String replayId, PlanFolder folder) {
        this.replayId = replayId;
        this.folder = folder;
    }

    /** A line for the new job that takes the place of this one. */
    void line(String source, String endpoint, byte[] line) throws IOException {
        String key = source + "\n" + endpoint;
        ReplayJob job = jobs.getOrDefault(key, ReplayJob.of(replayId, source, endpoint, jobs.size()));
        to(folder.lines(job)).write(line);
        jobs.put(key, job.with(line.length));
    }

    /** A request for its lane. */
    void request(String topic, InferenceRequest request) throws IOException {
        request.writeDelimitedTo(to(folder.requests(topic)));
        requests.merge(topic, 1L, Long::sum);
    }

    /** Takes requests out again, and returns how many. */
    long closeRequests(Predicate<InferenceRequest> out) throws IOException {
        close();
        long taken = 0;
        for (String topic : List.copyOf(requests.keySet())) {
            Path file = folder.requests(topic);
            Path kept = file.resolveSibling(file.getFileName() + ".kept");
            long stay = 0;
            try (InputStream from = new BufferedInputStream(Files.newInputStream(file));
                    OutputStream to = new BufferedOutputStream(Files.newOutputStream(kept))) {
                @Nullable InferenceRequest next = InferenceRequest.parseDelimitedFrom(from);
                while (next != null) {
                    if (out.test(next)) {
                        taken++;
                    } else {
                        next.writeDelimitedTo(to);
                        stay++;
                    }
                    next = InferenceRequest.parseDelimitedFrom(from);
                }
            }
            Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
            requests.put(topic, stay);
        }
        return taken;
    }

    List<ReplayJob> jobs() {
        return List.copyOf(jobs.values());
    }

    List<Plan.Resend> resends() {
        List<Plan.Resend> all = new ArrayList<>();
        requests.forEach((topic, count) -> {
            if (count > 0) {
                all.add(new Plan.Resend(topic, count));
            }
        });
        return List.copyOf(all);
    }

    private OutputStream to(Path file) throws IOException {
        if (!open.containsKey(file)) {
            if (open.size() == MOST_OPEN) {
                close();
            }
            open.put(
                    file,
                    new BufferedOutputStream(
                            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)));
        }
        return Objects.requireNonNull(open.get(file));
    }

    @Override
    public void close() throws IOException {
        for (OutputStream each : open.values()) {
            each.close();
        }
        open.clear();
    }
}
