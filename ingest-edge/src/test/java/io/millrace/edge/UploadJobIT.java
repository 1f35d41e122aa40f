package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Ids;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uploads that start a job when they are complete. */
@KafkaTest
class UploadJobIT {
    /** To /v1/embeddings, within a minute. */
    private static final String JOB = "endpoint L3YxL2VtYmVkZGluZ3M=,completion_window MW0=";

    private final KafkaCluster kafka;
    private final TestEdge edge;

    UploadJobIT(KafkaCluster kafka) {
        this.kafka = kafka;
        this.edge = new TestEdge(kafka);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void shouldNameTheJobThatTheAssemblerStarts() {
        // given
        String path = edge.create(10, "Upload-Metadata", JOB);
        String id = TestEdge.idOf(path);

        // when
        HttpResponse<String> part = edge.patch(path, 0, new byte[5]);
        HttpResponse<String> rest = edge.patch(path, 5, new byte[5]);

        // then
        String job = Ids.jobOfUpload(Tenant.DEFAULT, id);
        assertThat(part.headers().firstValue("Millrace-Batch-Id")).isEmpty();
        assertThat(rest.headers().firstValue("Millrace-Batch-Id")).contains(job);
        HttpResponse<String> head = edge.tus("HEAD", path, new byte[0]);
        assertThat(head.headers().firstValue("Millrace-Batch-Id")).contains(job);
        assertThat(new ChunkLog(kafka)
                        .state(id)
                        .orElseThrow()
                        .getOpen()
                        .getJob()
                        .getCompletionWindowMs())
                .isEqualTo(60_000);
        assertThat(events(job)).isEmpty();
    }

    @Test
    void shouldBeginTheJobInPlaceOfAnAssemblerThatDoesNotAnswer() {
        // given
        String path = edge.create(10, "Upload-Metadata", JOB);
        String id = TestEdge.idOf(path);

        // when
        edge.services().die(true);
        HttpResponse<String> whole = edge.patch(path, 0, new byte[10]);
        edge.services().die(false);

        // then: whoever was told of the job can ask for it
        String job = Ids.jobOfUpload(Tenant.DEFAULT, id);
        assertThat(whole.statusCode()).isEqualTo(204);
        assertThat(whole.headers().firstValue("Millrace-Batch-Id")).contains(job);
        assertThat(events(job)).singleElement().satisfies(event -> {
            JobSubmitted submitted = event.getJobSubmitted();
            assertThat(submitted.getInputFileId()).isEqualTo(id);
            assertThat(submitted.getDeadlineMs() - submitted.getSubmittedAtMs()).isEqualTo(60_000);
        });
        assertThat(edge.download("/v1/batches/" + job).statusCode()).isEqualTo(200);
    }

    private List<StreamEvent> events(String job) {
        return TopicReader.all(kafka, Topics.RESULTS_JOBS).stream()
                .map(record -> StandInServices.event(record.value()))
                .filter(event -> event.getStreamId().equals(job))
                .toList();
    }
}
