package io.millrace.assembler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.assembler.ChunkRecords;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.InferenceRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForgettingTest {
    private static final List<String> STORES = List.of(
            StateStores.UPLOADS,
            StateStores.PIECES,
            StateStores.PROVISIONAL,
            StateStores.OPEN,
            StateStores.FILES,
            StateStores.ENDED,
            StateStores.LINKS,
            StateStores.PARTS,
            StateStores.EXPANSIONS,
            StateStores.CUSTOM_IDS,
            StateStores.PENDING);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void shouldLeaveNothingOfWhatEndedLongAgo() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given: a file with a job, a composed one, a cancelled upload, a file deleted
            String file = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.file(file, ChunkRecords.lines(3), 50));
            driver.pipe(ChunkRecords.expand(file, ChunkRecords.jobId()));
            driver.eventsToTheEnd();
            driver.pipe(ChunkRecords.compose(ChunkRecords.uploadId(), List.of(file)));
            String cancelled = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.open(cancelled, 50));
            driver.pipe(ChunkRecords.provisional(cancelled, 0, new byte[10], "append"));
            driver.pipe(ChunkRecords.cancel(cancelled));
            String deleted = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.file(deleted, "content", 3));
            driver.pipe(ChunkRecords.cancel(deleted));
            driver.turn();

            // when
            driver.pass(AssemblerDriver.GRACE_MS);

            // then: what ended without a file is forgotten after the grace, the rest with its bytes
            assertThat(driver.upload(cancelled)).isNull();
            assertThat(driver.upload(deleted)).isNull();
            assertThat(driver.upload(file)).isNotNull();
            driver.pass(AssemblerDriver.RETENTION_MS);
            driver.turnUntil(() -> driver.entries(StateStores.PENDING) == 0, "all is swept");
            assertThat(STORES)
                    .allSatisfy(store -> assertThat(driver.entries(store)).isZero());
        }
    }

    @Test
    void shouldForgetTheCustomIdsOfJobsThatAreLargerThanOneTurnOfSweeping() {
        try (AssemblerDriver driver = new AssemblerDriver(folder)) {
            // given: two jobs, of which each takes three turns
            String file = ChunkRecords.uploadId();
            driver.pipe(ChunkRecords.file(file, ChunkRecords.lines(5000), 50_000));
            driver.pipe(ChunkRecords.expand(file, ChunkRecords.jobId()));
            driver.pipe(ChunkRecords.expand(file, ChunkRecords.jobId()));

            // when
            List<InferenceRequest> requests = new ArrayList<>();
            driver.turnUntil(
                    () -> {
                        requests.addAll(driver.requests(Lane.BATCH));
                        return requests.size() == 10_000;
                    },
                    "both are expanded");

            // then
            driver.turnUntil(() -> driver.entries(StateStores.PENDING) == 0, "nothing is left to do");
            assertThat(driver.entries(StateStores.CUSTOM_IDS)).isZero();
        }
    }
}
