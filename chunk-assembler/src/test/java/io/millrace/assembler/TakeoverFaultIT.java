package io.millrace.assembler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import io.millrace.testing.Eventually;
import io.millrace.testing.KafkaCluster;
import io.millrace.testing.KafkaTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Assemblers that come and go while uploads are under way. */
@KafkaTest(shared = false)
final class TakeoverFaultIT {
    private static final int UPLOADS_THAT_END = 60;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final KafkaCluster cluster;

    TakeoverFaultIT(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void shouldGoOnWhileInstancesComeAndGo() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // given: uploads that grow all the time, and somebody who asks for them all the time
            AssemblerFixture.Running one = assembler.start("one");
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger answers = new AtomicInteger();
            Map<String, RecordMetadata> written = new ConcurrentHashMap<>();
            List<String> uploads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String upload = ChunkRecords.uploadId();
                uploads.add(upload);
                written.put(upload, assembler.write(ChunkRecords.open(upload, 10_000_000)));
            }
            Future<Long> writing = threads.submit(() -> {
                long position = 0;
                while (!enough.get()) {
                    for (String upload : uploads) {
                        ProducerRecord<byte[], byte[]> next = ChunkRecords.data(upload, position, new byte[100]);
                        written.put(upload, assembler.write(next));
                    }
                    position += 100;
                }
                return position;
            });
            Future<?> asking = threads.submit(() -> {
                while (!enough.get()) {
                    for (String upload : uploads) {
                        ask(assembler, one, upload, at(written, upload), answers);
                    }
                }
                return null;
            });

            // when
            AssemblerFixture.Running two = assembler.start("two");
            int before = answers.get();
            Eventually.check(() -> answers.get() > before + 50, "answers with two instances");
            assembler.stop(two);
            int after = answers.get();
            Eventually.check(() -> answers.get() > after + 50, "answers with one instance again");
            enough.set(true);

            // then
            asking.get();
            long length = writing.get();
            for (String upload : uploads) {
                Eventually.check(() -> assembler.upload(one, upload).statusCode() == 200, "the upload's owner answers");
                assertThat(assembler.state(one, upload, at(written, upload)).getContiguous())
                        .isEqualTo(length);
            }
        }
    }

    @Test
    void shouldReachOneEndWhenTheLastBytesExpiryDeletionAndARebalanceMeet() throws Exception {
        try (AssemblerFixture assembler = new AssemblerFixture(cluster, folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // given: uploads that are half there
            AssemblerFixture.Running one = assembler.start("stays");
            List<String> uploads = Stream.generate(ChunkRecords::uploadId)
                    .limit(UPLOADS_THAT_END)
                    .toList();
            for (String upload : uploads) {
                assembler.write(ChunkRecords.open(upload, 100));
                assembler.write(ChunkRecords.data(upload, 0, new byte[50]));
            }

            // when
            Map<String, RecordMetadata> last = new ConcurrentHashMap<>();
            List<Future<?>> endings = List.of(
                    threads.submit(() ->
                            endAll(assembler, uploads, last, upload -> ChunkRecords.data(upload, 50, new byte[50]))),
                    threads.submit(() -> endAll(assembler, uploads, last, ChunkRecords::cancel)),
                    threads.submit(() -> endAll(assembler, uploads, last, TakeoverFaultIT::expiry)));
            AssemblerFixture.Running two = assembler.start("comes");
            for (Future<?> ending : endings) {
                ending.get();
            }

            // then
            Map<String, UploadState> ends = new HashMap<>();
            for (String upload : uploads) {
                Eventually.check(() -> assembler.upload(two, upload).statusCode() == 200, "the upload's owner answers");
                UploadState end = assembler.state(two, upload, at(last, upload));
                assertThat(end.getStatus())
                        .isIn(UploadStatus.UPLOAD_STATUS_CANCELLED, UploadStatus.UPLOAD_STATUS_EXPIRED);
                ends.put(upload, end);
            }

            // and: it stays so when the work moves again, and later bytes are refused
            assembler.stop(two);
            for (String upload : uploads) {
                RecordMetadata late = assembler.write(ChunkRecords.data(upload, 50, new byte[50]));
                Eventually.check(() -> assembler.upload(one, upload).statusCode() == 200, "the upload's owner answers");
                assertThat(assembler.state(one, upload, late)).isEqualTo(ends.get(upload));
            }
        }
    }

    /** Sends a record to each upload, in an order of its own. */
    private static @Nullable Void endAll(
            AssemblerFixture assembler,
            List<String> uploads,
            Map<String, RecordMetadata> last,
            Function<String, ProducerRecord<byte[], byte[]>> ending)
            throws ExecutionException, InterruptedException {
        List<String> shuffled = new ArrayList<>(uploads);
        Collections.shuffle(shuffled);
        for (String upload : shuffled) {
            last.merge(
                    upload,
                    assembler.write(ending.apply(upload)),
                    (known, now) -> now.offset() > known.offset() ? now : known);
        }
        return null;
    }

    private static ProducerRecord<byte[], byte[]> expiry(String upload) {
        return ChunkRecords.control(
                upload,
                RecordKind.CANCEL,
                UploadCancel.newBuilder()
                        .setTenant(Tenant.DEFAULT)
                        .setUploadId(upload)
                        .setCause(CancelCause.CANCEL_CAUSE_EXPIRED)
                        .build());
    }

    private static RecordMetadata at(Map<String, RecordMetadata> written, String upload) {
        return Objects.requireNonNull(written.get(upload));
    }

    /** An answer has what was written before the question, or says when to ask again. */
    private static void ask(
            AssemblerFixture assembler,
            AssemblerFixture.Running asked,
            String upload,
            RecordMetadata seen,
            AtomicInteger answers)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                assembler.upload(asked, upload + "?partition=" + seen.partition() + "&seen=" + seen.offset());
        if (answer.statusCode() == 200) {
            answers.incrementAndGet();
            assertThat(UploadState.parseFrom(answer.body()).getOpen().getUploadId())
                    .isEqualTo(upload);
        } else {
            assertThat(answer.statusCode())
                    .as(new String(answer.body(), StandardCharsets.UTF_8))
                    .isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
    }
}
