package io.millrace.client;

/** Hears how an upload goes. Called in the thread that uploads, {@link #sent} in one of the HTTP client's. */
public interface UploadListener extends LinkListener {
    /** So many bytes of the file, from its beginning, have been handed to the connection. */
    default void sent(long position) {}

    /** The server says that it keeps everything before this offset. */
    default void acknowledged(long offset) {}
}
