package io.millrace.standalone.operations.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.standalone.operations.core.ReplayJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Where one replay keeps what it decided, the requests, and how far it is. The plan is written last: without it there is none. */
final class PlanFolder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    PlanFolder(Path folder) {
        this.folder = folder;
    }

    /** How far a replay is: of each of its parts the number of steps that are acknowledged. */
    record Progress(Map<String, Long> done) {
        long of(String part) {
            return done.getOrDefault(part, 0L);
        }
    }

    void create() throws IOException {
        delete();
        Files.createDirectories(folder);
    }

    boolean hasPlan() {
        return Files.exists(planFile());
    }

    Plan plan() throws IOException {
        return JSON.readValue(Files.readAllBytes(planFile()), Plan.class);
    }

    void write(Plan plan) throws IOException {
        replace(planFile(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(plan));
    }

    Progress progress() throws IOException {
        return Files.exists(progressFile())
                ? JSON.readValue(Files.readAllBytes(progressFile()), Progress.class)
                : new Progress(Map.of());
    }

    /** So many steps of a part are acknowledged. */
    void advance(String part, long done) throws IOException {
        Map<String, Long> all = new HashMap<>(progress().done());
        all.put(part, done);
        replace(progressFile(), JSON.writeValueAsBytes(new Progress(all)));
    }

    /** The lines of a new job. */
    Path lines(ReplayJob job) {
        return folder.resolve("job-" + job.number() + ".jsonl");
    }

    /** The requests for a lane, one delimited message after the other. */
    Path requests(String topic) {
        return folder.resolve("requests-" + topic);
    }

    void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private Path planFile() {
        return folder.resolve("plan.json");
    }

    private Path progressFile() {
        return folder.resolve("progress.json");
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
