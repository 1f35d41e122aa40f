package io.millrace.schemas.lines;

import com.google.protobuf.ByteString;

/**
 * Cuts bytes into lines, however they are split into records. A line ends at a line feed or at the end of the file; a
 * carriage return before the line feed is no part of it. Blank lines are counted and not handed on. No more than the
 * longest allowed line is ever held.
 */
public final class LineSplitter {
    /** Takes the lines; may wait. */
    @FunctionalInterface
    public interface Sink {
        /** The next line that is not blank. */
        void line(Line line) throws InterruptedException;
    }

    /**
     * A line that is not blank.
     *
     * @param number counted from 1, blank lines included
     * @param end the file's byte after it and its line break
     * @param text its bytes without the line break; empty where it is too long
     * @param tooLong whether it is longer than allowed
     */
    public record Line(long number, long end, ByteString text, boolean tooLong) {}

    private static final int FIRST_CAPACITY = 1024;

    private final int longest;
    private byte[] held = new byte[FIRST_CAPACITY];
    private int size;
    private boolean tooLong;
    private boolean blank = true;
    private boolean anything;
    private long position;
    private long lines;

    /**
     * Starts at the beginning of a line.
     *
     * @param position the file's byte at which it starts
     * @param lines how many lines lie before it
     * @param longest how many bytes a line may have
     */
    public LineSplitter(long position, long lines, int longest) {
        this.position = position;
        this.lines = lines;
        this.longest = longest;
    }

    /** Takes the file's next bytes. */
    public void feed(byte[] bytes, int from, int length, Sink sink) throws InterruptedException {
        int end = from + length;
        int start = from;
        while (start < end) {
            int feed = lineFeed(bytes, start, end);
            int stop = feed < 0 ? end : feed;
            hold(bytes, start, stop);
            position += stop - start;
            if (feed < 0) {
                return;
            }
            position++;
            finish(sink);
            start = feed + 1;
        }
    }

    /** The file ends here; hands on a last line without a line break. */
    public void end(Sink sink) throws InterruptedException {
        if (anything) {
            finish(sink);
        }
    }

    /** The file's byte that is read next. */
    public long position() {
        return position;
    }

    /** How many lines are finished, blank ones included. */
    public long lines() {
        return lines;
    }

    private static int lineFeed(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void hold(byte[] bytes, int from, int to) {
        if (to == from) {
            return;
        }
        anything = true;
        for (int i = from; blank && i < to; i++) {
            blank = bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r';
        }
        int length = to - from;
        // One byte more than allowed may be held, because a carriage return does not count.
        if (tooLong || size + (long) length > longest + 1L) {
            tooLong = true;
            size = 0;
            return;
        }
        if (size + length > held.length) {
            byte[] larger = new byte[Math.max(size + length, (int) Math.min(held.length * 2L, longest + 1L))];
            System.arraycopy(held, 0, larger, 0, size);
            held = larger;
        }
        System.arraycopy(bytes, from, held, size, length);
        size += length;
    }

    private void finish(Sink sink) throws InterruptedException {
        lines++;
        int length = size > 0 && held[size - 1] == '\r' ? size - 1 : size;
        boolean over = tooLong || length > longest;
        boolean empty = blank;
        ByteString text = over || empty ? ByteString.EMPTY : ByteString.copyFrom(held, 0, length);
        size = 0;
        tooLong = false;
        blank = true;
        anything = false;
        if (!empty) {
            sink.line(new Line(lines, position, text, over));
        }
    }
}
