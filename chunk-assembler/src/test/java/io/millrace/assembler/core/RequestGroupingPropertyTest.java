package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class RequestGroupingPropertyTest {
    @Property
    void shouldHaveEveryRequestOnceInOrderWithinAllBounds(
            @ForAll("jobs") List<InferenceRequest> requests,
            @ForAll @IntRange(min = 1, max = 40) int mostRequests,
            @ForAll @IntRange(min = 1, max = 400) int mostBytes) {
        // when
        List<List<InferenceRequest>> groups = new RequestGrouping(mostRequests, mostBytes).groups(requests);

        // then
        assertThat(groups.stream().flatMap(List::stream).toList()).isEqualTo(requests);
        for (List<InferenceRequest> group : groups) {
            assertThat(group).hasSizeBetween(1, mostRequests);
            assertThat(group.stream().map(InferenceRequest::getModel).distinct())
                    .hasSize(1);
            if (group.size() > 1) {
                assertThat(group.stream()
                                .mapToLong(RequestGroupingPropertyTest::size)
                                .sum())
                        .isLessThanOrEqualTo(mostBytes);
                // The ramp: whoever joined found no more than a sixteenth of the job's requests so far.
                for (int place = 1; place < group.size(); place++) {
                    assertThat(place + 1L).isLessThanOrEqualTo(group.get(place).getItem() / 16);
                }
            }
        }
    }

    @Property
    void shouldEndNoGroupWithoutNeed(
            @ForAll("jobs") List<InferenceRequest> requests, @ForAll @IntRange(min = 1, max = 40) int mostRequests) {
        // when
        List<List<InferenceRequest>> groups = new RequestGrouping(mostRequests, Long.MAX_VALUE).groups(requests);

        // then
        for (int i = 1; i < groups.size(); i++) {
            InferenceRequest next = groups.get(i).getFirst();
            List<InferenceRequest> before = groups.get(i - 1);
            boolean full = before.size() >= Math.min(mostRequests, Math.max(1, next.getItem() / 16));
            assertThat(full || !next.getModel().equals(before.getFirst().getModel()))
                    .isTrue();
        }
    }

    private static long size(InferenceRequest request) {
        return (long) request.getBody().size() + request.getCustomId().length();
    }

    /** Requests that follow each other, with holes where lines were invalid. */
    @Provide
    Arbitrary<List<InferenceRequest>> jobs() {
        Arbitrary<InferenceRequest> request = Combinators.combine(
                        Arbitraries.frequency(Tuple.of(9, 1L), Tuple.of(1, 3L)),
                        Arbitraries.frequency(Tuple.of(19, "a"), Tuple.of(1, "b")),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.strings().alpha().ofMaxLength(8))
                .as((step, model, bytes, name) -> InferenceRequest.newBuilder()
                        .setItem(step)
                        .setModel(model)
                        .setCustomId(name)
                        .setEndpoint("/v1/embeddings")
                        .setBody(ByteString.copyFrom(new byte[bytes]))
                        .build());
        return Combinators.combine(
                        Arbitraries.longs().between(0, 2000), request.list().ofMaxSize(150))
                .as(RequestGroupingPropertyTest::numbered);
    }

    private static List<InferenceRequest> numbered(long from, List<InferenceRequest> steps) {
        List<InferenceRequest> requests = new ArrayList<>();
        long item = from;
        for (InferenceRequest step : steps) {
            requests.add(step.toBuilder().setItem(item).build());
            item += step.getItem();
        }
        return requests;
    }
}
