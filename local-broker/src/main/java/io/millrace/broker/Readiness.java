package io.millrace.broker;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks a broker whether it serves clients, without Kafka's client. */
final class Readiness {
    private static final int TIMEOUT_MS = 2_000;
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION = 77;
    private static final int REQUEST_LENGTH = 10;
    private static final short NO_CLIENT_ID = -1;

    private Readiness() {}

    /**
     * Whether it answers an ApiVersions request of version 0. A broker does so from the moment when the controller has
     * admitted it to the cluster.
     */
    static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(REQUEST_LENGTH);
            out.writeShort(API_VERSIONS);
            out.writeShort(0);
            out.writeInt(CORRELATION);
            out.writeShort(NO_CLIENT_ID);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            return length > 0 && in.readInt() == CORRELATION && in.readShort() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
