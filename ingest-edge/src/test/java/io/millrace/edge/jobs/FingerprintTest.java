package io.millrace.edge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.Priority;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private final JobParameters parameters = JobParameters.newBuilder()
            .setEndpoint("/v1/embeddings")
            .setCompletionWindow("24h")
            .putMetadata("a", "1")
            .putMetadata("b", "2")
            .build();

    @Test
    void shouldBeTheSameForTheSameJob() {
        JobParameters reordered = parameters.toBuilder()
                .clearMetadata()
                .putMetadata("b", "2")
                .putMetadata("a", "1")
                .setJobId("batch_1")
                .build();
        assertThat(Fingerprint.of("file-1", reordered)).isEqualTo(Fingerprint.of("file-1", parameters));
    }

    @Test
    void shouldDifferInEverythingThatWasAsked() {
        assertThat(Fingerprint.of("file-2", parameters)).isNotEqualTo(Fingerprint.of("file-1", parameters));
        assertThat(Fingerprint.of(
                        "file-1", parameters.toBuilder().putMetadata("a", "2").build()))
                .isNotEqualTo(Fingerprint.of("file-1", parameters));
        assertThat(Fingerprint.of(
                        "file-1",
                        parameters.toBuilder()
                                .setPriority(Priority.PRIORITY_HIGH)
                                .build()))
                .isNotEqualTo(Fingerprint.of("file-1", parameters));
    }
}
