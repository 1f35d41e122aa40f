package io.millrace.publisher.input;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.InputLines;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.kafka.RecordGoneException;
import io.millrace.runtime.kafka.RecordReader;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.Topics;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ManifestPage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The files of all jobs. Asks an assembler where a file's bytes lie and reads them from the topic of chunks, half a megabyte at
 * a time. Of a file that is no longer kept nothing is found. Thread-safe.
 */
public final class InputFiles implements InputLines, AutoCloseable {
    private static final int READERS = 2;
    private static final int PIECES = 256;
    private static final long BYTES_PER_READ = 512 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RecordReader chunks;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private volatile List<String> assemblers;

    /** Reads from this cluster; these are the assemblers' internal addresses, none to find nothing. */
    public InputFiles(KafkaSettings kafka, List<String> assemblers) {
        this.chunks = new RecordReader(
                kafka,
                "publisher-input",
                Topics.CHUNKS,
                READERS,
                chunk -> ChunkHeaders.verify(chunk.headers(), chunk.value()));
        this.assemblers = List.copyOf(assemblers);
    }

    /** From now on these are asked. */
    public void askAt(List<String> addresses) {
        assemblers = List.copyOf(addresses);
    }

    @Override
    public Found find(StreamKey job, String fileId, List<Long> items, Place from) {
        if (items.isEmpty() || assemblers.isEmpty()) {
            return new Found(Map.of(), from);
        }
        WantedLines wanted = new WantedLines(items, from);
        try {
            read(job.tenant(), fileId, wanted);
        } catch (RecordGoneException e) {
            return wanted.found();
        } catch (KafkaException | IOException e) {
            throw new MillraceException(ErrorCode.UNAVAILABLE, "the batch's input cannot be read just now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(ErrorCode.SHUTTING_DOWN, "the service is stopping", e);
        }
        return wanted.found();
    }

    private void read(String tenant, String fileId, WantedLines wanted)
            throws IOException, InterruptedException, RecordGoneException {
        while (!wanted.isComplete()) {
            Optional<ManifestPage> answer = page(tenant, fileId, wanted.position());
            if (answer.isEmpty() || answer.get().getPiecesCount() == 0) {
                wanted.end();
                return;
            }
            ManifestPage page = answer.get();
            wanted.aligned(page.getState().getOpen().getRecordAligned());
            readPage(page, wanted);
        }
    }

    private void readPage(ManifestPage page, WantedLines wanted) throws InterruptedException, RecordGoneException {
        long begins = page.getPosition();
        List<ChunkReference> pieces = page.getPiecesList();
        int from = 0;
        while (from < pieces.size() && !wanted.isComplete()) {
            List<RecordReader.Address> group = new ArrayList<>();
            long bytes = 0;
            for (int i = from; i < pieces.size() && (bytes == 0 || bytes < BYTES_PER_READ); i++) {
                ChunkReference piece = pieces.get(i);
                group.add(new RecordReader.Address(
                        piece.getPartition(), piece.getOffset(), piece.getSkip() + piece.getLength()));
                bytes += piece.getLength();
            }
            for (byte[] value : chunks.read(group)) {
                ChunkReference piece = pieces.get(from++);
                int before = (int) Math.max(0, wanted.position() - begins);
                wanted.feed(value, piece.getSkip() + before, piece.getLength() - before);
                begins += piece.getLength();
            }
        }
    }

    /** The pieces from the one with this byte on; absent where there is no such file. */
    private Optional<ManifestPage> page(String tenant, String fileId, long position)
            throws IOException, InterruptedException {
        @Nullable IOException last = null;
        for (String assembler : assemblers) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(assembler + "/internal/v1/uploads/" + fileId
                            + "/manifest?from=" + position + "&limit=" + PIECES))
                    .header(Tenant.HTTP_HEADER, tenant)
                    .timeout(PATIENCE)
                    .build();
            try {
                HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() == 404) {
                    return Optional.empty();
                }
                if (answer.statusCode() == 200) {
                    return Optional.of(ManifestPage.parseFrom(answer.body()));
                }
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("no assembler answers", last);
    }

    @Override
    public void close() {
        http.shutdownNow();
        chunks.close();
    }
}
