package io.millrace.client;

import java.util.Optional;

/**
 * How a file is sent by the native protocol.
 *
 * @param key the same key means the same upload, also from another process; nothing else is needed to go on after a crash
 * @param chunkSize bytes of a chunk before it is compressed; the same as before where an upload goes on
 * @param codec how chunks are compressed; one that does not become smaller is sent as it is
 * @param job the job to start with the file, if any
 * @param recordAligned whether chunks end where lines end, so that the job's first requests run while the rest is sent
 */
public record NativeOptions(String key, int chunkSize, Codec codec, Optional<JobRequest> job, boolean recordAligned) {
    /** How chunks are compressed. */
    public enum Codec {
        /** Not at all. */
        IDENTITY,
        /** With what every platform has. */
        GZIP,
        /** Better and faster. */
        ZSTD
    }

    private static final int DEFAULT_CHUNK = 256 << 10;

    /** Checks the key and the chunk size. */
    public NativeOptions {
        if (key.isBlank() || chunkSize < 1) {
            throw new IllegalArgumentException("a native upload needs a key and chunks of at least one byte");
        }
        if (recordAligned && job.isEmpty()) {
            throw new IllegalArgumentException("only a job's file is expanded line by line");
        }
    }

    /** A file, compressed by zstd in chunks of 256 KiB. */
    public static NativeOptions file(String key) {
        return new NativeOptions(key, DEFAULT_CHUNK, Codec.ZSTD, Optional.empty(), false);
    }

    /** A job whose requests run as their lines arrive. */
    public static NativeOptions job(String key, JobRequest job) {
        return new NativeOptions(key, DEFAULT_CHUNK, Codec.ZSTD, Optional.of(job), true);
    }

    /** The same with another chunk size. */
    public NativeOptions withChunkSize(int bytes) {
        return new NativeOptions(key, bytes, codec, job, recordAligned);
    }

    /** The same with another codec. */
    public NativeOptions withCodec(Codec other) {
        return new NativeOptions(key, chunkSize, other, job, recordAligned);
    }
}
