package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.Job;
import io.millrace.client.MillraceClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace status JOB}. */
@Command(name = "status", description = "Prints how a job stands.")
public final class StatusCommand implements Callable<Integer> {
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
            Job found = client.jobs(ServerOptions.tell()).get(job);
            System.out.println(json ? found.json().toString() : describe(found));
        }
        return 0;
    }

    static String describe(Job job) {
        return job.id() + " " + job.status() + ": " + job.completed() + " completed, " + job.failed() + " failed of "
                + job.total();
    }
}
