package io.millrace.standalone.operations.replay;

import io.millrace.client.ClientException;
import io.millrace.client.Job;
import io.millrace.client.LinkListener;
import io.millrace.client.MillraceClient;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.standalone.operations.core.Pace;
import io.millrace.standalone.operations.core.ReplayAccount;
import io.millrace.standalone.operations.core.ReplayJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Where an operator plans replays, carries them out and goes on with them. Blocks; for one thread. */
public final class ReplayDesk {
    private static final String PREFIX = "replay-";

    private final KafkaSettings kafka;
    private final MillraceClient client;
    private final LinkListener listener;
    private final Path folder;
    private final InstantSource clock;

    /**
     * A desk with its drawers.
     *
     * @param client asks how requests stand
     * @param listener hears when the server does not answer
     * @param folder where plans are kept
     */
    public ReplayDesk(
            KafkaSettings kafka, MillraceClient client, LinkListener listener, Path folder, InstantSource clock) {
        this.kafka = kafka;
        this.client = client;
        this.listener = listener;
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * A plan that is made and not carried out.
     *
     * @param first the first requests that run again, in words
     */
    public record Draft(Plan plan, List<String> first) {}

    /**
     * What a replay came to.
     *
     * @param late requests that got their outcome before their turn came, so that they did not run again
     * @param jobs the new jobs, as they stand now
     */
    public record Report(Plan plan, long late, List<Made> jobs) {}

    /** A job that a replay made. */
    public record Made(ReplayJob planned, Job now) {
        /** Whether it holds all that it should. */
        public boolean isWhole() {
            return now.total() == planned.lines();
        }
    }

    /** Reads the lanes and decides; nothing is written but the plan, in this machine's folder. */
    public Draft plan(Criteria criteria, Plan.Terms terms) throws Exception {
        String id = Ids.create(PREFIX, clock.millis());
        PlanFolder kept = folderOf(id);
        kept.create();
        try (Spool spool = new Spool(id, kept);
                Bodies bodies = new Bodies(kafka)) {
            Selection selection = new Selection(criteria, new Outcomes(client, listener), spool, bodies);
            ReplayAccount account = selection.read(kafka);
            if (!account.balances()) {
                throw new IllegalStateException("the account does not balance: " + account.counts());
            }
            Plan plan =
                    Plan.of(id, criteria.toString(), terms, spool.jobs(), spool.resends(), account, selection.beside());
            kept.write(plan);
            return new Draft(plan, selection.first());
        }
    }

    /** The plan of this id. */
    public Plan find(String id) throws IOException {
        PlanFolder kept = folderOf(id);
        if (!kept.hasPlan()) {
            throw new IOException("there is no plan " + id + " in " + folder);
        }
        return kept.plan();
    }

    /** Throws a plan away. */
    public void forget(String id) throws IOException {
        folderOf(id).delete();
    }

    /**
     * Carries a plan out, or what is left of it, and returns when its jobs are accepted.
     *
     * @param perSecond requests to write in a second at most; 0 for as many as go
     * @param advanced hears how many requests are written by now
     */
    public Report run(Plan plan, int perSecond, LongConsumer advanced)
            throws IOException, ClientException, InterruptedException {
        Replay replay = replay(folderOf(plan.id()), perSecond, advanced);
        long late = replay.run(plan, kafka);
        List<Made> made = new ArrayList<>();
        for (ReplayJob job : plan.jobs()) {
            made.add(new Made(job, replay.await(job.jobId(), now -> now.total() == job.lines() || now.ended())));
        }
        return new Report(plan, late, made);
    }

    /** Makes a job of all lines of a file that is there; under the same name it is the same job. */
    public Job expand(String name, String fileId, String endpoint, Plan.Terms terms)
            throws ClientException, InterruptedException {
        String jobId = Ids.fromIdempotencyKey(Ids.BATCH, Tenant.DEFAULT, "replay", name + "\n" + fileId);
        return replay(folderOf(jobId), 0, written -> {})
                .expand(jobId, fileId, ReplayProducer.parameters(terms, endpoint, fileId), kafka);
    }

    private Replay replay(PlanFolder kept, int perSecond, LongConsumer advanced) {
        return new Replay(kept, client, listener, clock, new Pace(perSecond), advanced);
    }

    private PlanFolder folderOf(String id) {
        if (!Ids.isValid(PREFIX, id) && !Ids.isValid(Ids.BATCH, id)) {
            throw new IllegalArgumentException("'" + id + "' is no id of a replay");
        }
        return new PlanFolder(folder.resolve(id));
    }
}
