package io.millrace.edge.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.StreamState;
import org.junit.jupiter.api.Test;

class BatchJsonTest {
    private static final String JOB = Ids.create(Ids.BATCH, 1_000);

    private final StreamState running = StreamState.newBuilder()
            .setStatus(JobStatus.JOB_STATUS_IN_PROGRESS)
            .setInProgressAtMs(2_000)
            .setCounts(Counts.newBuilder().setTotal(10).setCompleted(6).setFailed(1))
            .setJob(JobSubmitted.newBuilder()
                    .setInputFileId("file-1")
                    .setSubmittedAtMs(1_000)
                    .setDeadlineMs(901_000)
                    .setParameters(JobParameters.newBuilder()
                            .setEndpoint("/v1/embeddings")
                            .setCompletionWindow("15m")
                            .putMetadata("team", "a")))
            .build();

    @Test
    void shouldShowARunningJob() {
        // when
        JsonNode batch = render(running);

        // then
        assertThat(batch.path("status").textValue()).isEqualTo("in_progress");
        assertThat(batch.path("created_at").longValue()).isEqualTo(1);
        assertThat(batch.path("in_progress_at").longValue()).isEqualTo(2);
        assertThat(batch.path("expires_at").longValue()).isEqualTo(901);
        assertThat(batch.path("completed_at").isNull()).isTrue();
        assertThat(batch.path("output_file_id").isNull()).isTrue();
        assertThat(batch.path("request_counts").toString()).isEqualTo("{\"total\":10,\"completed\":6,\"failed\":1}");
        assertThat(batch.path("metadata").toString()).isEqualTo("{\"team\":\"a\"}");
    }

    @Test
    void shouldShowHowAJobEnded() {
        // when
        JsonNode batch = render(running.toBuilder()
                .setStatus(JobStatus.JOB_STATUS_FAILED)
                .setEndedAtMs(5_000)
                .setFailure(Failure.newBuilder().setCode("no_valid_line").setMessage("none"))
                .build());

        // then
        assertThat(batch.path("failed_at").longValue()).isEqualTo(5);
        assertThat(batch.path("completed_at").isNull()).isTrue();
        assertThat(batch.path("output_file_id").textValue()).isEqualTo(Ids.outputOfJob(JOB));
        assertThat(batch.path("error_file_id").textValue()).isEqualTo(Ids.errorsOfJob(JOB));
        assertThat(batch.at("/errors/data/0/code").textValue()).isEqualTo("no_valid_line");
        assertThat(batch.at("/errors/data/0/line").isNull()).isTrue();
    }

    private static JsonNode render(StreamState state) {
        return BatchJson.of(JobView.newBuilder().setJobId(JOB).setState(state).build());
    }
}
