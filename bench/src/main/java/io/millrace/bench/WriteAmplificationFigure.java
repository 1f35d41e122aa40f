package io.millrace.bench;

import io.millrace.client.ClientException;
import io.millrace.client.ClientOptions;
import io.millrace.client.MillraceClient;
import io.millrace.client.UploadCounts;
import io.millrace.client.UploadJournal;
import io.millrace.client.UploadListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Bytes that the broker's logs grow by for each byte of a file uploaded in pieces of 1 MiB. */
final class WriteAmplificationFigure {
    private static final int PIECE = 1 << 20;
    private static final double TARGET = 1.05;
    /** Changelogs follow within a commit interval; this is many of them. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private WriteAmplificationFigure() {}

    static List<Figure> measure(Path root, int megabytes) throws IOException, InterruptedException, ClientException {
        Path folder = Files.createTempDirectory("millrace-bench-file");
        Path file = folder.resolve("file.bin");
        writeNoise(file, megabytes);
        try (MillraceProcess millrace = MillraceProcess.start(root);
                MillraceClient client =
                        new MillraceClient(ClientOptions.of(millrace.address()).withPieceSize(PIECE))) {
            long before = settledLogBytes(millrace);
            UploadCounts counts = client.upload(new UploadListener() {
                        @Override
                        public void interrupted(String reason, Duration delay) {
                            System.out.println("  upload interrupted: " + reason);
                        }
                    })
                    .send(new UploadJournal(folder).open(millrace.address(), file));
            long grown = settledLogBytes(millrace) - before;
            System.out.printf("  %d bytes uploaded, logs grew by %d bytes%n", counts.input(), grown);
            return List.of(new Figure(
                    "broker bytes per payload byte, " + megabytes + " MB in 1 MiB pieces",
                    (double) grown / counts.input(),
                    "",
                    TARGET,
                    Figure.Bound.AT_MOST));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The logs' size once it has stood still for {@link #SETTLE}. */
    private static long settledLogBytes(MillraceProcess millrace) throws IOException {
        long size = millrace.brokerLogBytes();
        long since = System.nanoTime();
        while (System.nanoTime() - since < SETTLE.toNanos()) {
            long now = millrace.brokerLogBytes();
            if (now != size) {
                size = now;
                since = System.nanoTime();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        return size;
    }

    private static void writeNoise(Path file, int megabytes) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] block = new byte[1_000_000];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }
}
