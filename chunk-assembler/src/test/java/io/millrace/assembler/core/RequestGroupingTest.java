package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.InferenceRequest;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RequestGroupingTest {
    private static final String EMBEDDINGS = "/v1/embeddings";

    @Test
    void shouldEndAGroupAtItsMostRequests() {
        assertThat(sizes(new RequestGrouping(4, 1000), requests(EMBEDDINGS, 1000, 10)))
                .containsExactly(4, 4, 2);
    }

    @Test
    void shouldLetGroupsGrowWithTheJob() {
        // given: the first 80 requests of a job
        List<Integer> sizes = sizes(new RequestGrouping(32, 1000), requests(EMBEDDINGS, 0, 80));

        // then: from item 32 on one may join another, from 48 on two others, from 64 on three
        assertThat(sizes.subList(0, 31)).containsOnly(1);
        assertThat(sizes.subList(31, 39)).containsOnly(2);
        assertThat(sizes.subList(39, 44)).containsOnly(3);
        assertThat(sizes.subList(44, sizes.size())).containsExactly(4, 4, 4, 4, 2);
    }

    @Test
    void shouldKeepRequestsThatTakeLongApart() {
        assertThat(sizes(new RequestGrouping(32, 1000), requests("/v1/chat/completions", 1000, 3)))
                .containsExactly(1, 1, 1);
        assertThat(sizes(new RequestGrouping(32, 1000), requests("/v1/classify", 1000, 3)))
                .containsExactly(3);
    }

    @Test
    void shouldEndAGroupWhereItWouldBecomeTooLarge() {
        // given: 10 bytes of body and 5 of name each
        List<InferenceRequest> requests = requests(EMBEDDINGS, 1000, 4);

        assertThat(sizes(new RequestGrouping(32, 30), requests)).containsExactly(2, 2);
        assertThat(sizes(new RequestGrouping(32, 29), requests)).containsExactly(1, 1, 1, 1);
        assertThat(sizes(new RequestGrouping(32, 1), requests)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void shouldEndAGroupWhereTheModelChanges() {
        List<InferenceRequest> requests = requests(EMBEDDINGS, 1000, 3);
        InferenceRequest other = requests.get(1).toBuilder().setModel("other").build();

        assertThat(sizes(new RequestGrouping(32, 1000), List.of(requests.get(0), other, requests.get(2))))
                .containsExactly(1, 1, 1);
    }

    private static List<Integer> sizes(RequestGrouping grouping, List<InferenceRequest> requests) {
        return grouping.groups(requests).stream().map(List::size).toList();
    }

    private static List<InferenceRequest> requests(String endpoint, long from, int count) {
        return LongStream.range(from, from + count)
                .mapToObj(item -> InferenceRequest.newBuilder()
                        .setItem(item)
                        .setCustomId("n%04d".formatted(item))
                        .setModel("m")
                        .setEndpoint(endpoint)
                        .setBody(ByteString.copyFrom(new byte[10]))
                        .build())
                .toList();
    }
}
