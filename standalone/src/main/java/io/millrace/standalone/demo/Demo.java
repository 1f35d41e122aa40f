package io.millrace.standalone.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.JobEvent;
import io.millrace.client.JobRequest;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Position;
import io.millrace.client.ResultListener;
import io.millrace.client.Submission;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.standalone.view.ProgressView;
import io.millrace.standalone.view.Sizes;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends the project's own text as one job over a link that is cut half-way, follows the results over a connection that is
 * cut too, uses them, and accounts for every byte and every result.
 */
public final class Demo {
    private static final String MODEL = "all-minilm-l6-v2";
    private static final String QUESTION = "What happens to an upload when the connection is cut?";
    private static final long LINK_BYTES_PER_SECOND = 1 << 20;
    private static final int PIECE = 128 << 10;
    /** What the headers of all requests before the cut may have taken of what passed the link. */
    private static final int HEADERS = 4 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final Path folder;
    private final List<Passage> passages;
    private Duration workTime = Duration.ZERO;
    private int resultCuts;

    private Demo(PrintStream out, Path folder, List<Passage> passages) {
        this.out = out;
        this.folder = folder;
        this.passages = passages;
    }

    /**
     * Runs the demo against a server on this machine.
     *
     * @param serverPort where the server listens
     * @param folder for what the demo keeps
     * @param text the folder whose documentation and sources are the input
     * @return whether every promise was kept
     */
    public static boolean run(int serverPort, Path folder, Path text, PrintStream out)
            throws ClientException, IOException, InterruptedException {
        // The question stands in this very file, which would be too good an answer.
        List<Passage> passages = Corpus.read(text).stream()
                .filter(passage -> !passage.text().contains(QUESTION))
                .toList();
        return new Demo(out, folder, passages).run(serverPort, text);
    }

    private boolean run(int serverPort, Path text) throws ClientException, IOException, InterruptedException {
        Path input = writeJob();
        long files = passages.stream().map(Passage::file).distinct().count();
        out.printf(
                "%nInput: %d passages of %d files in %s, as one JSONL job of %s%n",
                passages.size(), files, text, Sizes.bytes(Files.size(input)));

        try (CuttableLink link = CuttableLink.to(serverPort, LINK_BYTES_PER_SECOND);
                MillraceClient client =
                        new MillraceClient(ClientOptions.of(URI.create("http://127.0.0.1:" + link.port()))
                                .withPieceSize(PIECE))) {
            long begin = System.nanoTime();
            Submission submission = new UploadJournal(folder.resolve("journal"))
                    .open(client.options().server(), input);
            UploadWatch watch = new UploadWatch(ProgressView.of("upload", "KiB", 1024), Files.size(input));
            UploadCounts sent = upload(client, submission, link, watch);
            Job job = client.createJob(submission, sent.fileId(), JobRequest.EMBEDDINGS, LinkListener.NONE);
            Ledger ledger = follow(client, job, link);
            workTime = Duration.ofNanos(System.nanoTime() - begin);
            ask(client, ledger);
            return account(
                    new Account(passages.size(), sent, watch, link.upAtCut() - HEADERS, resultCuts, ledger, workTime));
        }
    }

    private Path writeJob() throws IOException {
        Path input = folder.resolve("passages.jsonl");
        try (BufferedWriter lines = Files.newBufferedWriter(input)) {
            for (Passage passage : passages) {
                ObjectNode line = JSON.createObjectNode()
                        .put("custom_id", passage.customId())
                        .put("method", "POST")
                        .put("url", "/v1/embeddings");
                line.putObject("body").put("model", MODEL).put("input", passage.text());
                lines.write(JSON.writeValueAsString(line));
                lines.newLine();
            }
        }
        return input;
    }

    private UploadCounts upload(MillraceClient client, Submission submission, CuttableLink link, UploadWatch watch)
            throws ClientException, IOException, InterruptedException {
        out.printf("%nUploading over a link of %s/s that breaks half-way%n", Sizes.bytes(LINK_BYTES_PER_SECOND));
        link.cutAfter(submission.file().size() / 2);
        UploadCounts sent = client.upload(watch).send(submission);
        watch.close();
        out.printf(
                "  cut when %s had been sent; the server keeps %s, so the upload went on from byte %d%n",
                Sizes.bytes(watch.sentAtCut()), Sizes.bytes(watch.resumedAt()), watch.resumedAt());
        return sent;
    }

    private Ledger follow(MillraceClient client, Job job, CuttableLink link)
            throws ClientException, InterruptedException {
        out.printf("%nFollowing %s over WebSocket, cut once as well%n", job.id());
        Ledger ledger = new Ledger(passages.stream().map(Passage::customId).toList());
        try (ProgressView progress = ProgressView.of("results", "results", 1)) {
            client.results().follow(job.id(), null, new ResultListener() {
                @Override
                public void interrupted(String reason, Duration delay) {
                    resultCuts++;
                }

                @Override
                public void event(Position position, JobEvent event) {
                    ledger.event(position, event);
                    progress.at(ledger.results(), passages.size());
                    if (event instanceof JobEvent.Result && ledger.results() == passages.size() / 2) {
                        link.cut();
                    }
                }
            });
        }
        return ledger;
    }

    private void ask(MillraceClient client, Ledger ledger) throws ClientException, InterruptedException {
        long begin = System.nanoTime();
        float[] question = client.embeddings(LinkListener.NONE)
                .embed(MODEL, List.of(QUESTION))
                .get(0);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        out.printf("%n\"%s\" (embedded in %d ms) is closest to%n", QUESTION, millis);
        Map<String, Passage> byId = passages.stream().collect(Collectors.toMap(Passage::customId, Function.identity()));
        for (NearestPassages.Hit hit : NearestPassages.to(question, ledger.vectors(), 3)) {
            out.printf(Locale.ROOT, "  %.3f  %s%n", hit.score(), hit.customId());
            Passage passage = byId.get(hit.customId());
            if (passage != null) {
                passage.text().lines().limit(3).forEach(line -> out.println("         " + line));
            }
        }
    }

    private boolean account(Account account) {
        out.println();
        account.lines().forEach(out::println);
        out.println();
        List<String> broken = account.brokenPromises();
        broken.forEach(promise -> out.println("BROKEN PROMISE: " + promise));
        if (broken.isEmpty()) {
            out.println("Every promise was kept.");
        }
        return broken.isEmpty();
    }
}
