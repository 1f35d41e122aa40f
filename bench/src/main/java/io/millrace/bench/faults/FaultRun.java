package io.millrace.bench.faults;

import io.millrace.testing.deployment.Clocks;
import io.millrace.testing.deployment.Deployment;
import io.millrace.testing.deployment.Kind;
import io.millrace.testing.deployment.Node;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** Does one thing after another to a deployment under load, and waits each time until clients feel nothing any more. */
final class FaultRun {
    private static final Duration FREEZE = Duration.ofSeconds(20);
    private static final Duration MARGIN = Duration.ofMillis(500);
    private static final Duration SETTLE_BOUND = Duration.ofMinutes(2);
    private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

    private final Deployment deployment;
    private final Groups groups;
    private final Watch watch;
    private final Random random;
    private final Duration patience;
    private final Clocks clocks;
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();
    private Duration tolerated;

    /**
     * @param patience stalls up to this are not waited for
     * @param clocks of the deployment
     */
    FaultRun(
            Deployment deployment,
            Groups groups,
            Watch watch,
            Random random,
            Duration patience,
            Clocks clocks,
            PrintStream out) {
        this.deployment = deployment;
        this.groups = groups;
        this.watch = watch;
        this.random = random;
        this.patience = patience;
        this.tolerated = patience;
        this.clocks = clocks;
        this.out = out;
    }

    /** What was seen so far. */
    List<Row> rows() {
        return List.copyOf(rows);
    }

    /**
     * Nothing happens for a while, which is what everything else is to be compared with: as long as clients wait now, they may
     * wait later and nobody waits for them.
     */
    void nothing(Duration time) {
        long from = System.nanoTime();
        let(time);
        Duration usual = watch.stalls.longest(from).after(from).plus(MARGIN);
        tolerated = usual.compareTo(patience) > 0 ? usual : patience;
        settle("nothing", "-", from, Optional.empty());
    }

    /** One field of the matrix. */
    void hit(Cell cell) throws InterruptedException, ExecutionException {
        List<Node> candidates = deployment.nodes(cell.kind());
        Node victim = candidates.get(random.nextInt(candidates.size()));
        if (cell.phase() == Phase.STEADY) {
            strike(cell, victim);
            return;
        }
        Kind joining = joining(cell.kind());
        int before = groups.members(joining);
        Node guest = deployment.launchGuest(joining);
        try {
            groups.awaitRebalance(joining, before);
            strike(cell, victim);
        } finally {
            guest.terminate();
        }
        quiet(System.nanoTime());
    }

    /** Every process is stopped and started again, one after the other, as an operator does it for a new version. */
    void roll() {
        long from = System.nanoTime();
        long made = watch.counted(Calls.MADE);
        long failed = watch.counted(Calls.FAILED);
        for (Node node : deployment.nodes()) {
            watch.deaths.condemn(node.name());
            node.terminate();
            node.restart();
            watch.deaths.back(node.name());
            quiet(System.nanoTime());
        }
        made = watch.counted(Calls.MADE) - made;
        failed = watch.counted(Calls.FAILED) - failed;
        settle("rolling restart, " + (made - failed) + " of " + made + " calls", "all", from, Optional.empty());
        if (failed * 100 > made) {
            watch.broken("during the rolling restart " + failed + " of " + made + " calls were not answered");
        }
    }

    /** Something of the caller's own that may end the victim, and is over when the caller's work returns. */
    void around(String fault, Node victim, Runnable work) {
        long from = System.nanoTime();
        watch.deaths.condemn(victim.name());
        work.run();
        if (!victim.isAlive()) {
            victim.restart();
        }
        watch.deaths.back(victim.name());
        settle(fault, victim.name(), from, Optional.empty());
    }

    /** Lets time pass. */
    static void let(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private void strike(Cell cell, Node victim) throws InterruptedException, ExecutionException {
        boolean controller =
                cell.kind() == Kind.BROKER && groups.activeController().equals(victim.name());
        long from = System.nanoTime();
        watch.deaths.condemn(victim.name());
        switch (cell.fault()) {
            case KILL -> {
                victim.kill();
                victim.restart();
            }
            case STOP -> {
                victim.terminate();
                victim.restart();
            }
            case FREEZE -> {
                victim.freeze();
                let(FREEZE);
                victim.thaw();
            }
        }
        watch.deaths.back(victim.name());
        settle(
                controller ? cell + " (controller)" : cell.toString(),
                victim.name(),
                from,
                cell.fault() == Fault.KILL ? Optional.of(clocks.bound(cell.kind(), controller)) : Optional.empty());
    }

    /** A broker, an edge: they are in no group that could rebalance, but the others are while they go. */
    private Kind joining(Kind hit) {
        return switch (hit) {
            case ASSEMBLER, PUBLISHER, WORKER -> hit;
            case BROKER, EDGE -> random.nextBoolean() ? Kind.ASSEMBLER : Kind.PUBLISHER;
        };
    }

    private void settle(String fault, String victim, long from, Optional<Duration> target) {
        quiet(from);
        Stalls.Gap longest = watch.stalls.longest(from);
        Duration recovery = Duration.ofNanos(watch.stalls.settled(from, tolerated) - from);
        Row row = new Row(fault, victim, longest.after(from), longest.flow(), recovery, target);
        rows.add(row);
        out.println("  " + row);
    }

    /**
     * Waits until all that is under way has gone on, nobody has waited long for some time, and every record is where it should
     * be.
     */
    private void quiet(long from) {
        long over = System.nanoTime();
        long deadline = over + SETTLE_BOUND.toNanos();
        while (System.nanoTime() < deadline) {
            if (watch.stalls.allMovedSince(over)
                    && System.nanoTime() - watch.stalls.settled(from, tolerated)
                            > clocks.aftermath().toNanos()
                    && replicated()) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        watch.broken("clients still waited, or copies were still missing, " + SETTLE_BOUND.toSeconds()
                + " s after the last fault");
    }

    private boolean replicated() {
        try {
            return groups.replicated();
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
