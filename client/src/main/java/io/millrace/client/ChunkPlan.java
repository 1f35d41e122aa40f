package io.millrace.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** How a file is cut into chunks. The same file and size always give the same plan, so an upload can go on after a crash. */
final class ChunkPlan {
    /**
     * A chunk.
     *
     * @param offset its first byte
     * @param length its bytes
     * @param firstLine the number of its first line, from 1; 0 where chunks do not end with lines
     */
    record Chunk(long offset, int length, long firstLine) {
        long end() {
            return offset + length;
        }
    }

    private static final int BUFFER = 1 << 16;

    private ChunkPlan() {}

    /** Chunks of a size, but for the last one. */
    static List<Chunk> bySize(long fileSize, int chunkSize) {
        List<Chunk> plan = new ArrayList<>();
        for (long at = 0; at < fileSize; at += chunkSize) {
            plan.add(new Chunk(at, (int) Math.min(chunkSize, fileSize - at), 0));
        }
        return plan;
    }

    /** Chunks of whole lines, each as long as it can be within a size, or one line where that is longer. */
    static List<Chunk> byLine(FileChannel file, int chunkSize) throws IOException {
        List<Chunk> plan = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long start = 0;
        long firstLine = 1;
        long lineEnd = 0;
        long lines = 1;
        long at = 0;
        while (file.read(buffer.clear(), at) > 0) {
            for (buffer.flip(); buffer.hasRemaining(); at++) {
                boolean ends = buffer.get() == '\n';
                if (at + 1 - start > chunkSize && lineEnd > start) {
                    plan.add(new Chunk(start, (int) (lineEnd - start), firstLine));
                    start = lineEnd;
                    firstLine = lines;
                }
                if (ends) {
                    lineEnd = at + 1;
                    lines++;
                }
            }
        }
        if (at > start) {
            plan.add(new Chunk(start, (int) (at - start), firstLine));
        }
        return plan;
    }
}
