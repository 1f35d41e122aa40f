package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.Eventually;
import io.millrace.testing.FreePorts;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Assemblers that are killed while uploads and jobs are under way. */
@KafkaTest(shared = false)
final class KilledAssemblerFaultIT {
    private static final int LINES = 4000;
    private static final int PIECES = 60;
    private static final int PIECE = 500_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;
    private final List<Process> processes = new ArrayList<>();

    KilledAssemblerFaultIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    /** None outlives a test that failed. */
    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldLoseAndRepeatNothingWhenKilledInTheMiddleOfTransactionsWithItsStateOnDisk() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given
            String job = ChunkRecords.jobId();
            String file = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.file(file, ChunkRecords.lines(LINES), 20_000));
            assembler.write(ChunkRecords.expand(file, job));
            String upload = ChunkRecords.uploadId();
            assembler.write(ChunkRecords.open(upload, 100_000));
            try (TopicReader<InferenceRequest> requests = TopicReader.requests(cluster, AssemblerFixture.LANE)) {
                // when
                Process process = startProcess("killed");
                for (int position = 0; position < 100_000; position += 1000) {
                    assembler.write(ChunkRecords.data(upload, position, new byte[1000]));
                }
                requests.until(read -> read.size() >= LINES / 3, "a third of the requests");
                process.destroyForcibly().waitFor();
                assertThat(requests.until(read -> true, "some").size()).isLessThan(LINES);
                AssemblerFixture.Running last = assembler.start("killed");

                // then
                assertThat(requests.until(read -> read.size() >= LINES, "all requests"))
                        .extracting(InferenceRequest::getItem)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(0, LINES).boxed().toList());
                RecordMetadata repeated = assembler.write(ChunkRecords.data(upload, 0, new byte[2000]));
                UploadState state = assembler.state(last, upload, repeated);
                assertThat(state.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
                assertThat(state.getCovered()).isEqualTo(100_000);
                MeterRegistry meters = last.context().meters();
                assertThat(meters.get("millrace.streams.restore").gauge().value())
                        .isPositive();
                assertThat(meters.get("millrace.streams.state").gauge().value()).isPositive();
            }
        }
    }

    @Test
    void shouldSettleAgainWhatTheKilledHadToldBeforeItWasDurable() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder)) {
            // given: a file whose digest is checked, by an assembler that commits too late
            int port = FreePorts.several(1).getFirst();
            String file = ChunkRecords.uploadId();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(new byte[PIECES * PIECE]);
            assembler.write(ChunkRecords.open(UploadOpen.newBuilder()
                    .setUploadId(file)
                    .setLength(PIECES * PIECE)
                    .setSha256(ByteString.copyFrom(digest))));
            for (int i = 0; i < PIECES - 1; i++) {
                assembler.write(ChunkRecords.data(file, (long) i * PIECE, new byte[PIECE]));
            }
            RecordMetadata last = assembler.write(ChunkRecords.data(file, (PIECES - 1L) * PIECE, new byte[PIECE]));
            Process process =
                    startProcess("late", "assembler.internal.port=" + port, "assembler.streams.commit_interval=20s");
            String address = "http://127.0.0.1:" + port;
            Eventually.check(
                    () -> isComplete(assembler.settled(address, file, last)), "it tells that the file is complete");

            // when
            process.destroyForcibly().waitFor();
            AssemblerFixture.Running next = assembler.start("next");

            // then: who waits for it hears the same
            Eventually.check(() -> assembler.upload(next, file).statusCode() == 200, "the file's owner answers");
            assertThat(isComplete(assembler.settled(next.service().address(), file, last)))
                    .isTrue();
        }
    }

    private static boolean isComplete(HttpResponse<byte[]> answer) throws IOException {
        return answer.statusCode() == 200
                && UploadState.parseFrom(answer.body()).getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE;
    }

    private Process startProcess(String name, String... overrides) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AssemblerMain.class.getName()));
        List<String> settings = new ArrayList<>(List.of(
                "kafka.bootstrap.servers=" + cluster.bootstrapServers(),
                "admin.port=0",
                "assembler.internal.port=0",
                "assembler.streams.state_dir=" + folder.resolve(name),
                "assembler.expansion.slice_lines=16",
                "assembler.expansion.slices_per_turn=1",
                "assembler.expansion.interval=5ms"));
        settings.addAll(List.of(overrides));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), name + ".log"))
                .start();
        processes.add(process);
        return process;
    }
}
