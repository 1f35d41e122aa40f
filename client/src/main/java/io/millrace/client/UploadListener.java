package io.millrace.client;

/** Hears how an upload goes. Called in the thread that uploads, {@link #sent} in one of the HTTP client's. */
public interface UploadListener extends LinkListener {
    /** The job that the upload starts has this id; its results can be followed as soon as the server knows its stream. */
    default void job(String jobId) {}

    /** The bytes from one place of the file up to, not including, another have been handed to the connection. */
    default void sent(long from, long to) {}

    /** The server says that it keeps everything before this offset. */
    default void acknowledged(long offset) {}
}
