package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.MillraceClient;
import io.millrace.client.UploadJournal;
import io.millrace.standalone.operations.core.ReplayRule;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.replay.Criteria;
import io.millrace.standalone.operations.replay.Plan;
import io.millrace.standalone.operations.replay.ReplayDesk;
import io.millrace.standalone.view.ProgressView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace replay}. */
@Command(
        name = "replay",
        description =
                "Runs requests again. What has no outcome gets it in its own stream; everything else runs as a new job,"
                        + " because an outcome is never rewritten. Ends with an account of every request read.")
public final class ReplayCommand implements Callable<Integer> {
    private static final int MOST_CHUNK_LINES = 200;
    /** Clocks differ, so a job's requests may look older than the job. */
    private static final Duration SLACK = Duration.ofMinutes(10);

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private SpanOptions span = new SpanOptions();

    @Option(names = "--job", paramLabel = "JOB", description = "Only requests of this job.")
    private @Nullable String job;

    @Option(names = "--model", paramLabel = "M", description = "Only requests for this model.")
    private @Nullable String model;

    @Option(
            names = "--status",
            split = ",",
            defaultValue = "failed,open",
            paramLabel = "S",
            description = "failed (or expired), open (no outcome, and lost to the workers), all. Default: failed,open.")
    private List<ReplayRule.Wanted> status = new ArrayList<>();

    @Option(names = "--file", paramLabel = "FILE_ID", description = "Expand this file again, as a new job.")
    private @Nullable String file;

    @Option(
            names = "--endpoint",
            paramLabel = "PATH",
            defaultValue = "/v1/embeddings",
            description = "With --file: what its lines ask. Default: ${DEFAULT-VALUE}.")
    private String endpoint = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "With --file: the same name gives the same job again. Default: the time.")
    private @Nullable String name;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many requests a second.")
    private int rate;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = WindowOption.class,
            description = "How long the new jobs may take. Default: ${DEFAULT-VALUE}.")
    private WindowOption.Window window = new WindowOption.Window("24h", Duration.ofHours(24));

    @Option(names = "--high", description = "Let the new jobs go before other jobs.")
    private boolean high;

    @Option(names = "--dry-run", description = "Only say what would run again, and the first of it.")
    private boolean dryRun;

    @Option(names = "--follow", description = "Wait until the new jobs have ended, and say how.")
    private boolean follow;

    @Option(names = "--resume", paramLabel = "ID", description = "Go on with a replay that was stopped.")
    private @Nullable String resume;

    @Option(names = "--json", description = "Print the report as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        requireOneTarget();
        ClientOptions options = server.clientOptions(ServerOptions.LONG);
        Path folder = UploadJournal.ofUser(System.getenv(), Path.of(System.getProperty("user.home")))
                .folder()
                .resolveSibling("replays");
        try (MillraceClient client = new MillraceClient(options)) {
            ReplayDesk desk = new ReplayDesk(
                    KafkaOptions.kafka(kafka.load()), client, ServerOptions.tell(), folder, InstantSource.system());
            ReplayView view = new ReplayView(System.out, json);
            if (file != null) {
                return expand(desk, client, file);
            }
            Plan plan;
            if (resume == null) {
                ReplayDesk.Draft draft = desk.plan(criteria(client), terms());
                plan = draft.plan();
                if (dryRun || plan.running() == 0) {
                    desk.forget(plan.id());
                    view.draft(draft, dryRun);
                    return 0;
                }
            } else {
                plan = desk.find(resume);
            }
            return run(desk, client, plan, view);
        }
    }

    private int run(ReplayDesk desk, MillraceClient client, Plan plan, ReplayView view) throws Exception {
        System.err.println("millrace: " + plan.id() + " runs " + plan.running()
                + " requests again; if it is stopped, 'millrace replay --resume " + plan.id() + "' goes on");
        ReplayDesk.Report report;
        try (ProgressView progress = ProgressView.of("replay", "requests", 1)) {
            report = desk.run(plan, rate, done -> progress.at(done, plan.running()));
        }
        if (follow) {
            List<ReplayDesk.Made> ended = new ArrayList<>();
            for (ReplayDesk.Made made : report.jobs()) {
                ended.add(new ReplayDesk.Made(
                        made.planned(), followed(client, made.planned().jobId())));
            }
            report = new ReplayDesk.Report(report.plan(), report.late(), ended);
        }
        view.report(report);
        return report.jobs().stream().allMatch(ReplayDesk.Made::isWhole) ? 0 : 1;
    }

    private int expand(ReplayDesk desk, MillraceClient client, String fileId) throws Exception {
        String run = name == null ? Instant.now().toString() : name;
        System.err.println("millrace: makes a job of " + fileId
                + " again; if it is stopped, the same command with '--name " + run + "' goes on with it");
        Job made = desk.expand(run, fileId, endpoint, terms());
        if (follow) {
            made = followed(client, made.id());
        }
        System.err.println("millrace: " + StatusCommand.describe(made));
        System.out.println(json ? made.json().toString() : made.id());
        return made.status().equals("failed") ? 1 : 0;
    }

    private static Job followed(MillraceClient client, String jobId) throws Exception {
        try (FollowView view = new FollowView(new ResultOutput.Unused())) {
            client.results().follow(jobId, null, view);
        }
        return client.jobs(ServerOptions.tell()).get(jobId);
    }

    private Criteria criteria(MillraceClient client) throws Exception {
        TimeSpan asked = span.span();
        if (job != null && asked.from().isEmpty()) {
            long created = client.jobs(ServerOptions.tell())
                    .get(job)
                    .json()
                    .path("created_at")
                    .asLong();
            asked = new TimeSpan(Optional.of(Instant.ofEpochSecond(created).minus(SLACK)), asked.to());
        }
        return new Criteria(
                Optional.ofNullable(job), Optional.ofNullable(model), asked, new ReplayRule(Set.copyOf(status)));
    }

    private Plan.Terms terms() {
        int chunkLines = rate == 0 ? MOST_CHUNK_LINES : Math.min(MOST_CHUNK_LINES, rate);
        return new Plan.Terms(window.text(), window.length().toMillis(), high, chunkLines);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }

    private void requireOneTarget() {
        boolean choice = job != null || model != null || span.span().isBounded();
        int targets = (choice ? 1 : 0) + (file != null ? 1 : 0) + (resume != null ? 1 : 0);
        if (rate < 0) {
            throw wrong("--rate must be positive");
        }
        if (targets != 1) {
            throw wrong("say which requests: --job, --model, --from and --to; or --file; or --resume");
        }
        if (name != null && file == null) {
            throw wrong("--name belongs to --file");
        }
    }
}
