package io.millrace.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lock that a broker process holds on its folder for all its life. The system releases it with the process, however
 * that ends; so it says more than a process id, which may be a zombie's or somebody else's by now.
 */
final class FolderLock {
    private static final String FILE = "process.lock";
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Longer than somebody holds the lock who only looks whether it is free. */
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private FolderLock() {}

    /** Takes the folder for this process until it ends, or fails if another process has it. */
    static FileLock take(Path folder) throws IOException {
        FileChannel channel = open(folder);
        long deadline = System.nanoTime() + PROBE_NANOS;
        @Nullable FileLock lock = channel.tryLock();
        while (lock == null) {
            if (System.nanoTime() - deadline > 0) {
                channel.close();
                throw new IOException(folder + " is in use by the broker process " + holder(folder));
            }
            LockSupport.parkNanos(POLL_NANOS);
            lock = channel.tryLock();
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return lock;
    }

    /**
     * Waits until no process has the folder.
     *
     * @throws BrokerException if one still has it after the time-out
     */
    static void awaitFree(Path folder, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isFree(folder)) {
            if (System.nanoTime() > deadline) {
                throw new BrokerException(
                        "the data folder " + folder + " is still in use by the broker process " + holder(folder)
                                + " after " + timeout.toSeconds() + " s",
                        null);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    static boolean isFree(Path folder) {
        try (FileChannel channel = open(folder);
                @Nullable FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            throw new BrokerException("cannot use the data folder " + folder + ": " + e, e);
        }
    }

    private static FileChannel open(Path folder) throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static String holder(Path folder) {
        try {
            return Files.readString(folder.resolve(FILE));
        } catch (IOException e) {
            return "(unknown: " + e + ")";
        }
    }
}
