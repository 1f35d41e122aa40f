package io.millrace.standalone.operations.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All dead letters and what became of them, read in the order of their topic. A record that was put aside several times is one
 * letter, and the first settlement stands.
 */
public final class LetterBook {
    private static final Comparator<CauseCount> MOST_FIRST =
            Comparator.comparingLong(CauseCount::count).reversed().thenComparing(CauseCount::cause);

    private final Map<String, Letter> letters = new LinkedHashMap<>();
    private final Map<String, Settlement> settlements = new HashMap<>();

    /**
     * How many letters have one cause.
     *
     * @param firstMs when the first of them was put aside
     * @param lastMs when the last was
     */
    public record CauseCount(String topic, String service, String cause, long count, long firstMs, long lastMs) {
        private CauseCount and(Letter letter) {
            return new CauseCount(
                    topic,
                    service,
                    cause,
                    count + 1,
                    Math.min(firstMs, letter.atMs()),
                    Math.max(lastMs, letter.atMs()));
        }
    }

    private record Kind(String topic, String service, String cause) {}

    /** A letter stands in the topic. */
    public void add(Letter letter) {
        letters.put(letter.id(), letter);
    }

    /** A settlement stands in the topic. */
    public void settle(String id, Settlement settlement) {
        settlements.putIfAbsent(id, settlement);
    }

    /** The letter of this id, with what became of it. */
    public Optional<Letter> find(String id) {
        return Optional.ofNullable(letters.get(id)).map(this::settled);
    }

    /** The letters that are meant, in the order of their topic, with what became of them. */
    public List<Letter> letters(LetterFilter filter) {
        return letters.values().stream()
                .filter(filter::accepts)
                .map(this::settled)
                .toList();
    }

    /** Counts letters by topic, service and cause, the most frequent first. */
    public static List<CauseCount> causes(Collection<Letter> letters) {
        Map<Kind, CauseCount> counts = new LinkedHashMap<>();
        for (Letter letter : letters) {
            Kind kind = new Kind(letter.source().topic(), letter.service(), letter.cause());
            @Nullable CauseCount before = counts.get(kind);
            CauseCount empty =
                    new CauseCount(kind.topic(), kind.service(), kind.cause(), 0, Long.MAX_VALUE, Long.MIN_VALUE);
            counts.put(kind, (before == null ? empty : before).and(letter));
        }
        return counts.values().stream().sorted(MOST_FIRST).toList();
    }

    private Letter settled(Letter letter) {
        @Nullable Settlement settlement = settlements.get(letter.id());
        return settlement == null ? letter : letter.settled(settlement);
    }
}
