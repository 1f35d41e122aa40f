package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.MillraceClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace cancel JOB}. */
@Command(name = "cancel", description = "Ends a job; the results that it has stay.")
public final class CancelCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "The job's id.")
    private String job = "";

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--json", description = "Print the batch object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ClientOptions options = server.clientOptions(ServerOptions.SHORT);
        try (MillraceClient client = new MillraceClient(options)) {
            Job cancelled = client.jobs(ServerOptions.tell()).cancel(job);
            System.out.println(json ? cancelled.json().toString() : StatusCommand.describe(cancelled));
        }
        return 0;
    }
}
