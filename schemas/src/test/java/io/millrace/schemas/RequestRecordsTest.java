package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamKind;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RequestRecordsTest {
    private static final String JOB = Ids.create(Ids.BATCH, 1);

    @Test
    void shouldGiveBackWhatWasPutTogether() {
        // given
        List<InferenceRequest> requests = LongStream.of(3, 4, 9)
                .mapToObj(item -> request(item).setLine(item + 1).build())
                .toList();

        // when
        InferenceRequest record = RequestRecords.together(requests);

        // then
        assertThat(record.getRequestId()).isEqualTo(Ids.request(JOB, 3));
        assertThat(RequestRecords.each(record)).isEqualTo(requests);
    }

    @Test
    void shouldLeaveALoneRequestAsItIs() {
        // given
        InferenceRequest request = request(0).build();

        // then
        assertThat(RequestRecords.together(List.of(request))).isEqualTo(request);
        assertThat(RequestRecords.each(request)).containsExactly(request);
    }

    @Test
    void shouldNotLendItsLineToARequestWithoutOne() {
        // given
        InferenceRequest first = request(0).setLine(1).build();
        InferenceRequest second = request(1).build();

        // then
        assertThat(RequestRecords.each(RequestRecords.together(List.of(first, second))))
                .containsExactly(first, second);
    }

    private static InferenceRequest.Builder request(long item) {
        return InferenceRequest.newBuilder()
                .setTenant("default")
                .setRequestId(Ids.request(JOB, item))
                .setStream(StreamAddress.newBuilder()
                        .setKind(StreamKind.STREAM_KIND_JOB)
                        .setId(JOB))
                .setItem(item)
                .setCustomId("line-" + item)
                .setModel("minilm")
                .setEndpoint("/v1/embeddings")
                .setBody(ByteString.copyFromUtf8("{\"input\":\"" + item + "\"}"))
                .setDeadlineMs(5);
    }
}
