package io.millrace.standalone.command;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.JobEvent;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.client.Requests;
import io.millrace.standalone.operations.core.TimeSpan;
import io.millrace.standalone.operations.replay.ResultSpan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace export}. */
@Command(
        name = "export",
        description =
                "Writes results again, as OpenAI's output and error files have them, one a line: those of jobs, or all"
                        + " of a time, calls included.")
public final class ExportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private SpanOptions span = new SpanOptions();

    @Option(names = "--job", paramLabel = "JOB", description = "The results of this job.")
    private List<String> jobs = List.of();

    @Option(names = "--out", paramLabel = "FILE", description = "Write here instead of stdout.")
    private @Nullable Path out;

    @Override
    public Integer call() throws Exception {
        TimeSpan time = span.span();
        if (jobs.isEmpty() == !time.isBounded()) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(), "say which results: --job, or --from and --to");
        }
        ClientOptions options = server.clientOptions(ServerOptions.LONG);
        try (MillraceClient client = new MillraceClient(options)) {
            ResultSpan results =
                    jobs.isEmpty() ? ResultSpan.read(KafkaOptions.kafka(kafka.load()), time) : ResultSpan.all(jobs);
            long written;
            if (out == null) {
                written = write(results, client, System.out);
            } else {
                try (PrintStream to = new PrintStream(
                        new BufferedOutputStream(Files.newOutputStream(out)), false, StandardCharsets.UTF_8)) {
                    written = write(results, client, to);
                }
            }
            System.err.println("millrace: " + written + " results written, of " + results.jobs() + " jobs and "
                    + results.calls() + " calls");
        }
        return 0;
    }

    /** Prints each in a line of its own. */
    private record Lines(PrintStream to) implements ResultSpan.Taker {
        @Override
        public void result(JobEvent.Result result) {
            to.println(ResultLines.of(result));
        }

        @Override
        public void call(String requestId, Requests.Outcome outcome) {
            to.println(ResultLines.of(requestId, outcome));
        }
    }

    private static long write(ResultSpan results, MillraceClient client, PrintStream to)
            throws ClientException, IOException, InterruptedException {
        LinkListener tell = ServerOptions.tell();
        long written = results.export(client.pages(tell), client.requests(tell), new Lines(to));
        // A print stream says nothing of a full disk by itself; this also flushes.
        if (to.checkError()) {
            throw new IOException("the results could not be written");
        }
        return written;
    }
}
