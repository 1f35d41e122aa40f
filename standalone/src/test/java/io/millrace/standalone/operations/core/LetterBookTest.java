package io.millrace.standalone.operations.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.FurtherRequest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamAddress;
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
    void shouldKeepTheRequestsOfOneRecordApart() {
        // given
        LetterSource whole = new LetterSource("millrace.requests.m.batch", 3, 7);
        LetterSource first = new LetterSource(whole.topic(), 3, 7, Optional.of(0));
        LetterSource second = new LetterSource(whole.topic(), 3, 7, Optional.of(1));
        book.add(letter(first, "attempts_exhausted", 1));
        book.add(letter(second, "attempts_exhausted", 1));

        // when
        book.settle(second.id(), new Settlement(Settlement.Action.DISCARDED, "ann", "", 2));

        // then
        assertThat(second.id()).isEqualTo("millrace.requests.m.batch-3-7-1");
        assertThat(book.find(first.id()).orElseThrow().settlement()).isEmpty();
        assertThat(book.find(second.id()).orElseThrow().settlement()).isPresent();
        assertThat(book.find(whole.id())).isEmpty();
    }

    @Test
    void shouldReadEachRequestOfARecord() {
        String job = Ids.create(Ids.BATCH, 1);
        InferenceRequest record = InferenceRequest.newBuilder()
                .setStream(StreamAddress.newBuilder().setId(job))
                .setRequestId(Ids.request(job, 4))
                .setItem(4)
                .addFurther(FurtherRequest.newBuilder().setItem(9))
                .build();

        assertThat(RecordContent.requests(record.toByteArray()))
                .extracting(InferenceRequest::getRequestId)
                .containsExactly(Ids.request(job, 4), Ids.request(job, 9));
        assertThat(RecordContent.requests(new byte[] {-1})).isEmpty();
        assertThat(RecordContent.requests(new byte[0])).isEmpty();
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
        return letter(new LetterSource(topic, 3, offset), cause, atMs);
    }

    private static Letter letter(LetterSource source, String cause, long atMs) {
        return new Letter(
                source, "worker", cause, "broken", Set.of("batch_x"), atMs, 0, source.offset(), Optional.empty());
    }
}
