package io.millrace.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A stretch of a file as a stream; tells how far it has been read. The channel stays open. */
final class FileSlice extends InputStream {
    private final FileChannel channel;
    private final Progress onRead;
    private final long end;
    private long position;

    /** Hears of every read: the place in the file before and after it. */
    @FunctionalInterface
    interface Progress {
        void moved(long from, long to);
    }

    /** @param onRead hears how far it gets */
    FileSlice(FileChannel channel, long from, long end, Progress onRead) {
        this.channel = channel;
        this.position = from;
        this.end = end;
        this.onRead = onRead;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        if (position >= end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        int got = channel.read(ByteBuffer.wrap(target, start, wanted), position);
        if (got < 0) {
            throw new EOFException("the file has become shorter");
        }
        onRead.moved(position, position + got);
        position += got;
        return got;
    }
}
