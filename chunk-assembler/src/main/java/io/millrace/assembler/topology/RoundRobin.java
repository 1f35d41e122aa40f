package io.millrace.assembler.topology;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is read at the moment of one kind of pending work, each in its turn. The search for more goes round and round, so that nothing
 * is passed over. For the stream thread alone.
 *
 * @param <A> something that is being read
 */
final class RoundRobin<A> implements AutoCloseable {
    private final PendingWork pending;
    private final PendingWork.Kind kind;
    private final Function<A, EntityKey> subject;
    private final Consumer<A> closing;
    private final Deque<A> ring = new ArrayDeque<>();
    private final Set<EntityKey> active = new HashSet<>();
    /** Where the search goes on. */
    private @Nullable EntityKey last;

    /**
     * Begins with nothing.
     *
     * @param subject under which key something is pending
     * @param closing closes what is read no more
     */
    RoundRobin(PendingWork pending, PendingWork.Kind kind, Function<A, EntityKey> subject, Consumer<A> closing) {
        this.pending = pending;
        this.kind = kind;
        this.subject = subject;
        this.closing = closing;
    }

    /** Opens what is pending and not active, until there is no more or nothing more may be read now: then it says false. */
    void fill(Predicate<EntityKey> open) {
        Optional<EntityKey> next = nextWaiting();
        while (next.isPresent() && open.test(next.get())) {
            last = next.get();
            next = nextWaiting();
        }
    }

    void add(A opened) {
        ring.add(opened);
        active.add(subject.apply(opened));
    }

    void forEach(Consumer<A> action) {
        ring.forEach(action);
    }

    /** Takes at most so many steps, each time by the next one that has something to do: a step says whether it had. */
    void take(int steps, Predicate<A> step) {
        int budget = steps;
        int idle = 0;
        while (budget > 0 && idle < ring.size()) {
            A next = ring.remove();
            if (step.test(next)) {
                budget--;
                idle = 0;
            } else {
                idle++;
            }
            if (active.contains(subject.apply(next))) {
                ring.add(next);
            }
        }
    }

    /** Within its own step: it is read no more. */
    void end(A ended) {
        closing.accept(ended);
        active.remove(subject.apply(ended));
    }

    /** Between steps: these are read no more. */
    void endIf(Predicate<A> condition) {
        List<A> ended = ring.stream().filter(condition).toList();
        ring.removeAll(ended);
        ended.forEach(this::end);
    }

    @Override
    public void close() {
        ring.forEach(closing);
        ring.clear();
        active.clear();
    }

    private Optional<EntityKey> nextWaiting() {
        Optional<EntityKey> next = firstInactive(last);
        return next.isPresent() || last == null ? next : firstInactive(null);
    }

    private Optional<EntityKey> firstInactive(@Nullable EntityKey after) {
        Optional<EntityKey> next = pending.next(kind, after);
        while (next.isPresent() && active.contains(next.get())) {
            next = pending.next(kind, next.get());
        }
        return next;
    }
}
