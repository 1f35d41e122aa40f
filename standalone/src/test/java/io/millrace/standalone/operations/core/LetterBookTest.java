package io.millrace.standalone.operations.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetterBookTest {
    private static final LetterFilter ANY = LetterFilter.of(Set.of());

    private final LetterBook book = new LetterBook();

    @Test
    void shouldCountByCauseWithTheFirstAndTheLastTime() {
        // given
        book.add(letter("a", 0, "invalid_record", 30));
        book.add(letter("a", 1, "invalid_record", 10));
        book.add(letter("a", 2, "checksum_mismatch", 20));
        book.add(letter("b", 0, "invalid_record", 40));

        // when
        List<LetterBook.CauseCount> causes = LetterBook.causes(book.letters(ANY));

        // then
        assertThat(causes)
                .containsExactlyInAnyOrder(
                        new LetterBook.CauseCount("a", "worker", "invalid_record", 2, 10, 30),
                        new LetterBook.CauseCount("a", "worker", "checksum_mismatch", 1, 20, 20),
                        new LetterBook.CauseCount("b", "worker", "invalid_record", 1, 40, 40));
        assertThat(causes.getFirst().count()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheFirstSettlementAndOneLetterForOneRecord() {
        // given
        Settlement first = new Settlement(Settlement.Action.REDRIVEN, "ann", "", 5);
        book.add(letter("a", 0, "invalid_record", 1));

        // when
        book.settle("a-3-0", first);
        book.settle("a-3-0", new Settlement(Settlement.Action.DISCARDED, "bob", "", 6));
        book.add(letter("a", 0, "invalid_record", 7));

        // then
        assertThat(book.letters(ANY)).singleElement().satisfies(letter -> {
            assertThat(letter.settlement()).contains(first);
            assertThat(letter.atMs()).isEqualTo(7);
        });
    }

    @Test
    void shouldFindByEveryPartOfAFilter() {
        book.add(letter("a", 0, "invalid_record", 1_000));

        assertThat(matches(Optional.of("invalid_record"), Optional.of("a"), Optional.of("batch_x"), 1_000, 1_001))
                .isTrue();
        assertThat(matches(Optional.of("other"), Optional.empty(), Optional.empty(), 0, 2_000))
                .isFalse();
        assertThat(matches(Optional.empty(), Optional.of("b"), Optional.empty(), 0, 2_000))
                .isFalse();
        assertThat(matches(Optional.empty(), Optional.empty(), Optional.of("batch_y"), 0, 2_000))
                .isFalse();
        assertThat(matches(Optional.empty(), Optional.empty(), Optional.empty(), 0, 1_000))
                .isFalse();
        assertThat(book.letters(LetterFilter.of(Set.of("a-3-1")))).isEmpty();
        assertThat(book.find("a-3-0")).isPresent();
    }

    @Test
    void shouldTellFromTheKeyWhichJobARecordConcerns() {
        String upload = Ids.create(Ids.FILE, 1);
        String job = Ids.create(Ids.BATCH, 1);

        assertThat(RecordContent.streams(Topics.CHUNKS, upload, Tenant.DEFAULT))
                .containsExactly(Ids.jobOfUpload(Tenant.DEFAULT, upload));
        assertThat(RecordContent.streams("millrace.requests.m.batch", Ids.request(job, 7), Tenant.DEFAULT))
                .containsExactly(job);
        assertThat(RecordContent.streams(Topics.RESULTS_JOBS, job, Tenant.DEFAULT))
                .containsExactly(job);
        assertThat(RecordContent.streams(Topics.CHUNKS, "nonsense", Tenant.DEFAULT))
                .isEmpty();
    }

    @Test
    void shouldShowWhatCannotBeDecoded() {
        assertThat(RecordContent.describe(Topics.RESULTS_JOBS, Optional.empty(), new byte[] {-1, 'x'}))
                .contains("cannot be decoded", "2 bytes", "\\377x");
    }

    private boolean matches(
            Optional<String> cause, Optional<String> topic, Optional<String> stream, long fromMs, long toMs) {
        TimeSpan span =
                new TimeSpan(Optional.of(Instant.ofEpochMilli(fromMs)), Optional.of(Instant.ofEpochMilli(toMs)));
        return !book.letters(new LetterFilter(Set.of(), cause, topic, stream, span))
                .isEmpty();
    }

    private static Letter letter(String topic, long offset, String cause, long atMs) {
        return new Letter(
                new LetterSource(topic, 3, offset),
                "worker",
                cause,
                "broken",
                Set.of("batch_x"),
                atMs,
                0,
                offset,
                Optional.empty());
    }
}
