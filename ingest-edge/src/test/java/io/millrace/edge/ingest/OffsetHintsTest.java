package io.millrace.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.UploadOpen;
import org.junit.jupiter.api.Test;

class OffsetHintsTest {
    private final OffsetHints hints = new OffsetHints(2);

    @Test
    void shouldNeverGoBack() {
        // when
        hints.reached(upload("a", 50));
        hints.reached(upload("a", 20));

        // then
        assertThat(hints.find("tenant", "a").orElseThrow().offset()).isEqualTo(50);
    }

    @Test
    void shouldForgetWhatWasNotUsedForLongest() {
        // given
        hints.reached(upload("a", 1));
        hints.reached(upload("b", 1));
        assertThat(hints.find("tenant", "a")).isPresent();

        // when
        hints.reached(upload("c", 1));

        // then
        assertThat(hints.find("tenant", "b")).isEmpty();
        assertThat(hints.find("tenant", "a")).isPresent();
        assertThat(hints.find("other", "a")).isEmpty();
    }

    private static Upload upload(String id, long offset) {
        UploadOpen open = UploadOpen.newBuilder()
                .setTenant("tenant")
                .setUploadId(id)
                .setLength(100)
                .build();
        return Upload.created(open).at(offset);
    }
}
