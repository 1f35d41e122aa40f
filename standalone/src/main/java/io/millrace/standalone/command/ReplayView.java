package io.millrace.standalone.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.client.Job;
import io.millrace.standalone.operations.core.ReplayJob;
import io.millrace.standalone.operations.core.ReplayRule.Choice;
import io.millrace.standalone.operations.replay.Plan;
import io.millrace.standalone.operations.replay.ReplayDesk;
import io.millrace.standalone.view.Sizes;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Prints what a replay does or did, and accounts for every request that it read. */
final class ReplayView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final boolean json;

    /** @param json one object in place of words */
    ReplayView(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** What would be done, and the first of it. */
    void draft(ReplayDesk.Draft draft, boolean dryRun) {
        Plan plan = draft.plan();
        if (json) {
            ObjectNode all = account(plan).put("dry_run", dryRun);
            ArrayNode first = all.putArray("first");
            draft.first().forEach(first::add);
            out.println(all);
            return;
        }
        head(plan);
        for (ReplayJob job : plan.jobs()) {
            out.println("  " + job.lines() + " would run as a new job in place of " + job.source() + ", "
                    + Sizes.bytes(job.bytes()));
        }
        plan.resends()
                .forEach(resend -> out.println(
                        "  " + resend.count() + " would go into " + resend.topic() + " again, for their own streams"));
        tail(plan);
        draft.first().forEach(request -> out.println("  first  " + request));
    }

    /** What was done. */
    void report(ReplayDesk.Report report) {
        Plan plan = report.plan();
        if (json) {
            out.println(full(report));
            return;
        }
        head(plan);
        for (ReplayDesk.Made made : report.jobs()) {
            Job now = made.now();
            out.println("  " + made.planned().lines() + " run as " + now.id() + " in place of "
                    + made.planned().source() + ": " + now.status() + ", " + now.completed() + " completed, "
                    + now.failed() + " failed of " + now.total()
                    + (made.isWhole() ? "" : "  NOT WHOLE: " + errors(now)));
        }
        long resent = plan.counts().getOrDefault(Choice.RESENT, 0L);
        if (resent > 0) {
            out.println("  " + (resent - report.late()) + " went into their lanes again, for their own streams");
        }
        if (report.late() > 0) {
            out.println("  " + report.late() + " did not run again: they got their outcome meanwhile");
        }
        tail(plan);
    }

    private void head(Plan plan) {
        out.println(plan.id() + ": " + plan.asked());
        String span = plan.read() == 0 ? "" : ", accepted " + time(plan.firstMs()) + " to " + time(plan.lastMs());
        out.println("  " + plan.read() + " requests read in " + plan.records() + " records, "
                + Sizes.bytes(plan.bytes()) + span);
    }

    private void tail(Plan plan) {
        plan.counts().forEach((choice, count) -> {
            if (!choice.runs()) {
                out.println("  " + count + " left alone: " + choice.reason());
            }
        });
        long counted =
                plan.counts().values().stream().mapToLong(Long::longValue).sum();
        out.println("  " + counted + " of " + plan.read() + " requests accounted for");
        if (plan.beside() > 0) {
            out.println("  beside them " + plan.beside()
                    + " failed without a request: invalid lines, or older than the lane's retention");
        }
    }

    private static ObjectNode full(ReplayDesk.Report report) {
        ObjectNode all = account(report.plan()).put("late", report.late());
        ArrayNode jobs = all.putArray("jobs");
        report.jobs()
                .forEach(made -> jobs.addObject()
                        .put("id", made.planned().jobId())
                        .put("replay_of", made.planned().source())
                        .put("requests", made.planned().lines())
                        .put("status", made.now().status())
                        .put("completed", made.now().completed())
                        .put("failed", made.now().failed())
                        .put("whole", made.isWhole()));
        return all;
    }

    private static ObjectNode account(Plan plan) {
        ObjectNode all = JSON.createObjectNode()
                .put("id", plan.id())
                .put("asked", plan.asked())
                .put("records", plan.records())
                .put("read", plan.read())
                .put("bytes", plan.bytes())
                .put("from", plan.read() == 0 ? null : time(plan.firstMs()))
                .put("to", plan.read() == 0 ? null : time(plan.lastMs()))
                .put("failed_without_request", plan.beside());
        ObjectNode counts = all.putObject("counts");
        plan.counts().forEach((choice, count) -> counts.put(choice.name().toLowerCase(Locale.ROOT), count));
        return all;
    }

    private static String errors(Job job) {
        return job.json().path("errors").path("data").path(0).path("message").asText("ended before it was whole");
    }

    private static String time(long atMs) {
        return Instant.ofEpochMilli(atMs).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
