package io.millrace.standalone.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CallAccepted;
import io.millrace.schemas.v1.DeadlineReached;
import io.millrace.schemas.v1.Expanded;
import io.millrace.schemas.v1.ExpansionFinished;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.FurtherRequest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.StreamAddress;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.Success;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamLifeTest {
    private final List<Sighting> records = new ArrayList<>();

    @Test
    void shouldSayForWhatAJobWaitsAtEveryStep() {
        assertThat(job().state()).startsWith("unknown");
        given(StreamEvent.newBuilder().setJobSubmitted(JobSubmitted.newBuilder().setInputFileId("file-1")));
        assertThat(job().waitsFor()).isEqualTo("the assembler, to read the lines of its file");
        given(StreamEvent.newBuilder().setExpanded(Expanded.newBuilder().setTo(2)));
        assertThat(job().waitsFor()).isEqualTo("workers, which have 2 of its requests before them");
        given(StreamEvent.newBuilder()
                .setExpansionFinished(ExpansionFinished.newBuilder().setTotal(2).setValid(2)));
        succeeded(0, "a");
        succeeded(0, "b");
        assertThat(job().state()).isEqualTo("1 of 2 requests have their outcome");
        assertThat(job().waitsFor()).isEqualTo("workers, which have 1 of its requests before them");
        failed(1);
        assertThat(job().state()).isEqualTo("2 of 2 requests have their outcome");
        assertThat(job().waitsFor()).isEmpty();
        assertThat(job().steps())
                .extracting(Life.Step::what)
                .contains("2 outcomes, 1 of them failures, and 1 repeats that do not count");
    }

    @Test
    void shouldTellTheLifeOfOneRequestOfAJob() {
        given(StreamEvent.newBuilder().setExpanded(Expanded.newBuilder().setTo(5)));
        succeeded(3, "a");
        assertThat(request(4, List.of()).waitsFor()).contains("deadline");
        assertThat(request(4, List.of(records.getFirst())).waitsFor()).isEqualTo("a worker that serves its model");
        assertThat(request(7, List.of()).state()).startsWith("unknown");
        succeeded(3, "b");

        Life life = request(3, List.of());

        assertThat(life.state()).isEqualTo("has its outcome");
        assertThat(life.steps())
                .extracting(Life.Step::what)
                .containsExactly(
                        "its line was read and it was put into its lane",
                        "succeeded, attempt a",
                        "ended once more, which does not count: succeeded, attempt b");
    }

    @Test
    void shouldTellThatARequestSharesItsRecord() {
        given(StreamEvent.newBuilder().setExpanded(Expanded.newBuilder().setTo(5)));
        InferenceRequest record = InferenceRequest.newBuilder()
                .setStream(StreamAddress.newBuilder().setId("batch_1"))
                .addFurther(FurtherRequest.newBuilder().setItem(1))
                .build();
        Sighting seen = new Sighting("millrace.requests.m.batch", 0, 7, 1000, Map.of(), record.toByteString());

        assertThat(request(1, List.of(seen)).steps())
                .extracting(Life.Step::what)
                .contains("stands in its lane, in one record with 1 more of its job");
    }

    @Test
    void shouldSayThatACallHasExpired() {
        given(StreamEvent.newBuilder().setCallAccepted(CallAccepted.newBuilder().setItem(0)));
        given(StreamEvent.newBuilder()
                .setDeadlineReached(DeadlineReached.newBuilder().setRequestId("req_call_1_0")));

        assertThat(request(0, List.of()).state()).isEqualTo("its deadline has passed");
        assertThat(request(0, List.of()).waitsFor()).isEmpty();
    }

    private Life job() {
        return StreamLife.ofJob(records).job("batch_1");
    }

    private Life request(long item, List<Sighting> delivered) {
        return StreamLife.ofRequest(item, records).request("req_batch_1_" + item, delivered);
    }

    private void succeeded(long item, String attempt) {
        given(StreamEvent.newBuilder()
                .setResult(Result.newBuilder()
                        .setItem(item)
                        .setAttempt(attempt)
                        .setSuccess(Success.getDefaultInstance())));
    }

    private void failed(long item) {
        given(StreamEvent.newBuilder()
                .setResult(Result.newBuilder()
                        .setItem(item)
                        .setFailure(Failure.newBuilder().setCode("oops"))));
    }

    private void given(StreamEvent.Builder event) {
        records.add(new Sighting(
                Topics.RESULTS_JOBS,
                0,
                records.size(),
                1000 + records.size(),
                Map.of(),
                event.build().toByteString()));
    }
}
