package io.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A body that comes in small pieces with pauses between, as over a thin link. */
final class SlowBody {
    private static final int PIECE = 500;
    private static final long PAUSE_NANOS = 200_000_000;

    private SlowBody() {}

    /**
     * Appends so many bytes to an upload of which none are there.
     *
     * @param hurry from when on the rest comes at once
     * @return whether all of it was taken
     */
    static boolean send(int port, String path, int length, AtomicBoolean hurry) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH " + path + " HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                            + "Content-Type: application/offset+octet-stream\r\nContent-Length: " + length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            int sent = 0;
            while (sent < length && !hurry.get()) {
                int count = Math.min(PIECE, length - sent);
                out.write(new byte[count]);
                sent += count;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            out.write(new byte[length - sent]);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String status = answer.readLine();
            return status != null && status.contains(" 204");
        }
    }
}
