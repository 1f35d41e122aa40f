package io.millrace.bench.faults;

import io.millrace.client.ClientException;
import io.millrace.client.JobEvent;
import io.millrace.client.MillraceClient;
import io.millrace.client.Position;
import io.millrace.client.ResultListener;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** Follows jobs over WebSocket to their end, as a subscriber who goes away now and then and comes back by position. */
final class Following {
    private static final int LONGEST_VISIT = 120;

    private final MillraceClient client;
    private final Watch watch;

    Following(MillraceClient client, Watch watch) {
        this.client = client;
        this.watch = watch;
    }

    /** Waits for every result of a job that was accepted. */
    void follow(String job, List<String> names) throws ClientException, InterruptedException {
        watch.requests.expectAll(names);
        watch.count("accepted: jobs");
        NoGapNoRepeat positions = new NoGapNoRepeat();
        Random random = new Random(job.hashCode());
        AtomicReference<Position> last = new AtomicReference<>();
        try (Track track = watch.stalls.begin("job")) {
            while (true) {
                try {
                    JobEvent.End end = client.results()
                            .follow(job, last.get(), new Visit(positions, last, track, random.nextInt(LONGEST_VISIT)));
                    ended(job, end);
                    break;
                } catch (Gone gone) {
                    watch.count("visits: subscribers that went away and came back");
                }
            }
        }
        positions.expectLast(positions.position());
        watch.done(positions);
        if (positions.restarts() > 0) {
            watch.broken("the stream of " + job + " could not go on where its subscriber was");
        }
    }

    private void ended(String job, JobEvent.End end) {
        watch.count("jobs: " + end.status());
        if (!end.status().equals("completed")) {
            watch.broken(job + " ended " + end.status() + ": " + end.json());
        }
    }

    /** One connection of a subscriber, who leaves after some events. */
    private final class Visit implements ResultListener {
        private final NoGapNoRepeat positions;
        private final AtomicReference<Position> last;
        private final Track track;
        private int left;

        Visit(NoGapNoRepeat positions, AtomicReference<Position> last, Track track, int events) {
            this.positions = positions;
            this.last = last;
            this.track = track;
            this.left = events;
        }

        @Override
        public void interrupted(String reason, Duration delay) {
            watch.count("visits: interrupted");
        }

        @Override
        public void subscribed(String epoch, boolean recovered, long from) {
            positions.subscribed(epoch, recovered, from);
        }

        @Override
        public void event(Position position, JobEvent event) {
            positions.event(event.offset());
            last.set(position);
            track.moved();
            if (event instanceof JobEvent.Result result) {
                String outcome = result.error() == null
                        ? "succeeded"
                        : "failed, " + result.error().code();
                watch.requests.answered(result.customId(), outcome);
                watch.count("outcome of jobs' requests: " + outcome);
            }
            boolean over = event instanceof JobEvent.End;
            if (!over && left-- == 0) {
                throw new Gone();
            }
        }
    }

    /** The subscriber has had enough for now. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super(null, null, false, false);
        }
    }
}
