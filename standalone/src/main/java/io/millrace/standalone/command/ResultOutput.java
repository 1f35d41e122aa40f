package io.millrace.standalone.command;

import io.millrace.client.JobEvent;
import io.millrace.client.Position;
import io.millrace.client.Submission;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where result lines go. */
sealed interface ResultOutput extends AutoCloseable {
    /** Stdout; stays open. */
    static ResultOutput stdout() {
        return new Printed(System.out);
    }

    /** Takes the next result. */
    void result(Position position, JobEvent.Result result);

    /** What was written before does not count. */
    void startOver();

    /** There will be no more results. */
    void end();

    @Override
    void close() throws IOException;

    /** Nobody needs them. */
    record Unused() implements ResultOutput {
        @Override
        public void result(Position position, JobEvent.Result result) {}

        @Override
        public void startOver() {}

        @Override
        public void end() {}

        @Override
        public void close() {}
    }

    /** A stream, such as stdout; what is written cannot be taken back. */
    record Printed(PrintStream to) implements ResultOutput {
        @Override
        public void result(Position position, JobEvent.Result result) {
            to.println(ResultLines.of(result));
        }

        @Override
        public void startOver() {
            to.flush();
        }

        @Override
        public void end() {
            to.flush();
        }

        @Override
        public void close() {
            to.flush();
        }
    }

    /**
     * A file in which every result stands once, whatever is killed when: the journal knows how long the file was at which
     * position, and what was written after that is cut off before going on.
     */
    final class Journaled implements ResultOutput {
        private static final int RESULTS_PER_ENTRY = 200;
        private final FileChannel file;
        private final Submission submission;
        private int unrecorded;

        Journaled(Path path, Submission submission) throws IOException {
            this.submission = submission;
            this.file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            file.truncate(submission.outputLength());
            file.position(submission.outputLength());
        }

        @Override
        public void result(Position position, JobEvent.Result result) {
            try {
                ByteBuffer line = ByteBuffer.wrap((ResultLines.of(result) + "\n").getBytes(StandardCharsets.UTF_8));
                while (line.hasRemaining()) {
                    file.write(line);
                }
                unrecorded++;
                if (unrecorded >= RESULTS_PER_ENTRY) {
                    submission.followed(position, file.position());
                    unrecorded = 0;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void startOver() {
            try {
                file.truncate(0);
                file.position(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void end() {
            try {
                file.force(true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
