package io.millrace.bench.faults;

import io.millrace.testing.guarantee.BadInputRefused;
import io.millrace.testing.guarantee.BoundedMemory;
import io.millrace.testing.guarantee.EveryRefusalExplained;
import io.millrace.testing.guarantee.EveryRequestAnswered;
import io.millrace.testing.guarantee.Guarantee;
import io.millrace.testing.guarantee.NobodyDiesUnasked;
import io.millrace.testing.guarantee.SameBytes;
import io.millrace.testing.guarantee.Verdict;
import io.millrace.testing.guarantee.WrittenOnce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Everything that watches a run: the guarantees, the stalls, and counts. Safe for use by several threads. */
final class Watch {
    private static final long MEMORY_BOUND = 1L << 30;
    private static final double STORED_PER_BYTE = 1.05;
    private static final long STORED_PER_UPLOAD = 4 << 10;

    final Stalls stalls = new Stalls();
    final EveryRequestAnswered requests = new EveryRequestAnswered();
    final SameBytes files = new SameBytes();
    final EveryRefusalExplained refusals = new EveryRefusalExplained();
    final BoundedMemory memory = new BoundedMemory(MEMORY_BOUND);
    final WrittenOnce written = new WrittenOnce(STORED_PER_BYTE, STORED_PER_UPLOAD);
    final BadInputRefused badInput = new BadInputRefused();
    final NobodyDiesUnasked deaths = new NobodyDiesUnasked();

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> held = new ConcurrentHashMap<>();
    private final Set<String> answeredCalls = ConcurrentHashMap.newKeySet();
    private final List<String> broken = new ArrayList<>();

    /** One more of something. */
    void count(String what) {
        counts.computeIfAbsent(what, absent -> new LongAdder()).increment();
    }

    long counted(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** All counts whose name begins so. */
    Map<String, Long> counted(List<String> beginnings) {
        Map<String, Long> some = new TreeMap<>();
        counts.forEach((name, count) -> {
            if (beginnings.stream().anyMatch(name::startsWith)) {
                some.put(name, count.sum());
            }
        });
        return some;
    }

    /** A call's result came to the client that waits for it. */
    void callAnswered(String request) {
        requests.expect(request);
        requests.answered(request, "succeeded");
        answeredCalls.add(request);
        count("outcome of calls: succeeded");
    }

    /** Whether a call's result came to its client. */
    boolean isAnswered(String request) {
        return answeredCalls.contains(request);
    }

    /** A guarantee that watched one piece of work has seen its end. */
    void done(Guarantee guarantee) {
        Verdict verdict = guarantee.verdict();
        if (verdict.held()) {
            held.computeIfAbsent(verdict.guarantee(), absent -> new LongAdder()).increment();
        } else {
            broken(verdict.toString());
        }
    }

    /** Something that no guarantee describes went wrong. */
    void broken(String what) {
        synchronized (broken) {
            broken.add(what);
        }
    }

    /** What is broken, at the end. */
    List<String> broken() {
        List<String> all;
        synchronized (broken) {
            all = new ArrayList<>(broken);
        }
        whole().stream()
                .map(Guarantee::verdict)
                .filter(verdict -> !verdict.held())
                .map(Verdict::toString)
                .forEach(all::add);
        return all;
    }

    /** One line for each guarantee. */
    List<String> verdicts() {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(held).forEach((name, count) -> lines.add(name + " held: " + count.sum() + " times"));
        whole().stream().map(Guarantee::verdict).map(Verdict::toString).forEach(lines::add);
        return lines;
    }

    private List<Guarantee> whole() {
        return List.of(requests, files, refusals, memory, written, badInput, deaths);
    }
}
