package io.millrace.standalone.operations.replay;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Cuts a file of lines into chunks of whole ones, the same ones every time. */
final class LineChunks implements AutoCloseable {
    private static final int MOST_BYTES = 256 << 10;

    private final InputStream lines;
    private final int mostLines;
    private long sequence;
    private long offset;
    private long line = 1;

    /** @param mostLines in one chunk */
    LineChunks(Path file, int mostLines) throws IOException {
        this.lines = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        this.mostLines = mostLines;
    }

    /**
     * Some whole lines.
     *
     * @param sequence counts the chunks from 0
     * @param offset of its first byte in the file
     * @param firstLine the number of its first line, from 1
     * @param count how many lines it has
     */
    record Chunk(long sequence, long offset, long firstLine, int count, ByteString bytes) {}

    /** The next chunk; empty at the end. A single line may be longer than chunks otherwise are. */
    Optional<Chunk> next() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int count = 0;
        while (count < mostLines && content.size() < MOST_BYTES && readLine(content)) {
            count++;
        }
        if (count == 0) {
            return Optional.empty();
        }
        Chunk chunk = new Chunk(sequence, offset, line, count, ByteString.copyFrom(content.toByteArray()));
        sequence++;
        offset += content.size();
        line += count;
        return Optional.of(chunk);
    }

    private boolean readLine(ByteArrayOutputStream to) throws IOException {
        int before = to.size();
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            to.write(next);
            if (next == '\n') {
                return true;
            }
        }
        return to.size() > before;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
