package io.millrace.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Eventually;
import io.millrace.testing.FreePorts;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An edge, in a process of its own, that is killed while bytes are between it and the brokers. */
@KafkaTest
class EdgeKillFaultIT {
    private static final int PIECE = 20_000;
    private static final int LENGTH = 200 * PIECE;
    private static final int ROUNDS = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster kafka;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    EdgeKillFaultIT(KafkaCluster kafka) {
        this.kafka = kafka;
    }

    @Test
    void shouldNeitherTakeBackNorInventAnOffsetWhenItIsKilledBetweenProducingAndAnswering() throws Exception {
        ChunkLog chunks = new ChunkLog(kafka);
        byte[] content = new byte[LENGTH];
        new Random(11).nextBytes(content);
        Random moments = new Random();
        try (TestEdge other = new TestEdge(kafka)) {
            for (int round = 0; round < ROUNDS; round++) {
                // given: a client that goes on as soon as it is told an offset
                int port = FreePorts.one();
                Process edge = startProcess(other, port);
                Eventually.check(() -> listens(edge, port), "the edge to listen");
                String path = other.create(LENGTH);
                AtomicLong told = new AtomicLong();
                CompletableFuture<Void> sending =
                        CompletableFuture.runAsync(() -> sendUntilItBreaks(port, path, content, told));

                // when
                long moment = PIECE * (5L + moments.nextInt(100));
                Eventually.check(() -> told.get() >= moment, "some offsets to be told");
                edge.destroyForcibly().waitFor();
                sending.join();

                // then: at most the one piece on its way counts beyond what was told
                long first = offset(other, path);
                long again = offset(other, path);
                assertThat(first).as("killed at " + moment).isBetween(told.get(), told.get() + PIECE);
                assertThat(again).isGreaterThanOrEqualTo(first);
                int rest = other.patch(path, again, Arrays.copyOfRange(content, (int) again, LENGTH))
                        .statusCode();
                assertThat(rest).isEqualTo(204);
                assertThat(chunks.content(TestEdge.idOf(path))).isEqualTo(content);
            }
        }
    }

    private void sendUntilItBreaks(int port, String path, byte[] content, AtomicLong told) {
        try {
            while (told.get() < LENGTH) {
                int from = (int) told.get();
                HttpResponse<Void> answer = http.send(
                        HttpRequest.newBuilder(at(port, path))
                                .header("Tus-Resumable", "1.0.0")
                                .header("Content-Type", "application/offset+octet-stream")
                                .header("Upload-Offset", Long.toString(from))
                                .method(
                                        "PATCH",
                                        HttpRequest.BodyPublishers.ofByteArray(
                                                Arrays.copyOfRange(content, from, from + PIECE)))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).isEqualTo(204);
                told.set(answer.headers().firstValueAsLong("Upload-Offset").orElseThrow());
            }
        } catch (IOException e) {
            // The edge was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens(Process edge, int port) throws IOException {
        if (!edge.isAlive()) {
            throw new AssertionError("the edge has ended: " + Files.readString(log(port)));
        }
        return answers(port);
    }

    private boolean answers(int port) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(at(port, "/v1/models"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Process startProcess(TestEdge neighbours, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EdgeMain.class.getName()));
        String services = "[" + neighbours.services().address() + "]";
        for (String setting : List.of(
                "kafka.bootstrap.servers=" + kafka.bootstrapServers(),
                "http.port=" + port,
                "admin.port=0",
                "edge.max_upload_size=" + TestEdge.MAX_UPLOAD,
                "edge.assembler_addresses=" + services,
                "edge.publisher_addresses=" + services)) {
            command.add("--set");
            command.add(setting);
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(port).toFile())
                .start();
    }

    private Path log(int port) {
        return folder.resolve("edge-" + port + ".log");
    }

    private static long offset(TestEdge edge, String path) {
        return edge.tus("HEAD", path, new byte[0])
                .headers()
                .firstValueAsLong("Upload-Offset")
                .orElse(-1);
    }

    private static URI at(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
