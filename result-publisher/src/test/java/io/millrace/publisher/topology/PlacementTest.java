package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.v1.StreamState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    private static final long NOW = JobLog.SUBMITTED_AT;
    private static final Duration STREAMS = Duration.ofDays(7);
    private final JobLog log = JobLog.ofJob();

    @ParameterizedTest
    @CsvSource({"16384, true", "16383, false", "1, false"})
    void shouldCopyWhatIsSmall(int size, boolean stays) {
        // given
        Placement placement = new Placement(Duration.ofDays(8), STREAMS);

        // when
        boolean decision = placement.stays(job(0), record(size));

        // then
        assertThat(decision).isEqualTo(stays);
    }

    @ParameterizedTest
    @CsvSource({"0, 8, true", "0, 7, false", "2, 3, true", "2, 2, false", "30, 31, true", "30, 15, false"})
    void shouldCopyWhatMustOutliveItsTopic(int ownDays, int topicDays, boolean stays) {
        // given: a window of one day, and a week, or what the job asks for, after it
        Placement placement = new Placement(Duration.ofDays(topicDays), STREAMS);

        // when
        boolean decision = placement.stays(job(Duration.ofDays(ownDays).toMillis()), record(1 << 20));

        // then
        assertThat(decision).isEqualTo(stays);
    }

    @Test
    void shouldCopyWhatBelongsToNoJob() {
        // given
        Placement placement = new Placement(Duration.ofDays(15), STREAMS);

        // when
        boolean decision = placement.stays(StreamState.getDefaultInstance(), record(1 << 20));

        // then
        assertThat(decision).isFalse();
    }

    private StreamState job(long retentionMs) {
        return StreamState.newBuilder()
                .setJob(log.submittedTelling(retentionMs).getJobSubmitted())
                .build();
    }

    private static SourceRecord record(int size) {
        return new SourceRecord(7, size, NOW, List.of());
    }
}
