package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumableUploadIT {
    private final List<Long> acknowledged = new ArrayList<>();
    private final UploadListener listener = new UploadListener() {
        @Override
        public void interrupted(String reason, Duration delay) {}

        @Override
        public void acknowledged(long offset) {
            acknowledged.add(offset);
        }
    };

    @TempDir
    Path folder;

    private FaultyTusServer server;
    private byte[] content;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        server = new FaultyTusServer();
        content = new byte[300_000];
        new Random(7).nextBytes(content);
        file = Files.write(folder.resolve("input.jsonl"), content);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void shouldSendTheWholeFileOnceOverAGoodLink() throws Exception {
        UploadCounts counts = send();

        assertThat(server.received()).isEqualTo(content);
        assertThat(counts).isEqualTo(new UploadCounts("file-1", content.length, content.length, 0, 0));
    }

    @Test
    void shouldGoOnFromTheServersOffsetAfterCutsAndRefusals() throws Exception {
        // given
        server.cutAfter(50_000);
        server.busyOnce();

        // when
        UploadCounts counts = send();

        // then
        assertThat(server.received()).isEqualTo(content);
        assertThat(counts.interruptions()).isEqualTo(2);
        assertThat(counts.resent()).isEqualTo(counts.sent() - content.length);
        assertThat(acknowledged).isSorted().endsWith((long) content.length);
    }

    @Test
    void shouldContinueInANewProcessWhereTheServerStands() throws Exception {
        // given a process that gives up half-way
        server.cutAfter(150_000);
        server.refuseEverythingAfterTheCut();
        assertThatThrownBy(this::send).isInstanceOf(UnreachableException.class);
        server.recover();

        // when
        UploadCounts counts = send();

        // then
        assertThat(server.received()).isEqualTo(content);
        assertThat(server.uploadsCreated()).isEqualTo(1);
        assertThat(counts.sent()).isEqualTo(content.length - 150_000);
    }

    @Test
    void shouldBeginAnewWhenTheFileHasChangedOrTheUploadIsGone() throws Exception {
        // given
        server.cutAfter(150_000);
        server.refuseEverythingAfterTheCut();
        assertThatThrownBy(this::send).isInstanceOf(UnreachableException.class);
        server.recover();
        server.forgetUploads();
        content = new byte[1000];
        Files.write(file, content);

        // when
        send();

        // then
        assertThat(server.received()).isEqualTo(content);
    }

    @Test
    void shouldSayWhyTheServerDoesNotWantIt() {
        server.refuseCreation();

        assertThatThrownBy(this::send).isInstanceOf(RefusedException.class).hasMessage("at most 1 KiB");
    }

    private UploadCounts send() throws Exception {
        ClientOptions options = new ClientOptions(
                URI.create(server.address()),
                64 << 10,
                Duration.ofSeconds(5),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(500));
        try (MillraceClient client = new MillraceClient(options)) {
            Submission submission = new UploadJournal(folder.resolve("journal")).open(options.server(), file);
            return client.upload(listener).send(submission);
        }
    }
}
