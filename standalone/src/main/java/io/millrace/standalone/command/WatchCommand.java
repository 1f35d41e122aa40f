package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.JobEvent;
import io.millrace.client.MillraceClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace watch JOB}. */
@Command(
        name = "watch",
        description = "Prints a job's results as JSON lines, those that are there and those that come, until its end.")
public final class WatchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "JOB", description = "The job's id.")
    private String job = "";

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Override
    public Integer call() throws Exception {
        ClientOptions options = server.clientOptions(ServerOptions.LONG);
        try (MillraceClient client = new MillraceClient(options);
                ResultOutput output = ResultOutput.stdout()) {
            JobEvent.End end;
            try (FollowView view = new FollowView(output)) {
                end = client.results().follow(job, null, view);
            }
            return tellEnd(job, end);
        }
    }

    /** Says how it ended; only a completed job is a success. */
    static int tellEnd(String job, JobEvent.End end) {
        System.err.println("millrace: " + job + " " + end.status() + ": " + end.completed() + " completed, "
                + end.failed() + " failed of " + end.total());
        return end.status().equals("completed") ? 0 : 1;
    }
}
