package io.millrace.standalone.command;

import io.millrace.client.JobEvent;
import io.millrace.client.Position;
import io.millrace.client.ResultListener;
import io.millrace.standalone.view.ProgressView;
import java.time.Duration;

/** Shows how a job goes on stderr, and hands its results to an output. */
final class FollowView implements ResultListener, AutoCloseable {
    private final ProgressView progress = ProgressView.of("results", "results", 1);
    private final ResultOutput output;
    private long done;
    private long total;

    FollowView(ResultOutput output) {
        this.output = output;
    }

    @Override
    public void interrupted(String reason, Duration delay) {
        ServerOptions.tell().interrupted(reason, delay);
    }

    @Override
    public void subscribed(String epoch, boolean recovered, long from) {
        if (!recovered) {
            System.err.println("millrace: the server no longer has all of this job's history; beginning again with what"
                    + " it has");
            output.startOver();
        }
    }

    @Override
    public void event(Position position, JobEvent event) {
        switch (event) {
            case JobEvent.Result result -> {
                output.result(position, result);
                done++;
            }
            case JobEvent.Progress known -> {
                total = known.total();
                done = known.completed() + known.failed();
            }
            case JobEvent.End end -> output.end();
            case JobEvent.Other other -> total = Math.max(total, done);
        }
        progress.at(done, Math.max(total, done));
    }

    @Override
    public void close() {
        progress.close();
    }
}
