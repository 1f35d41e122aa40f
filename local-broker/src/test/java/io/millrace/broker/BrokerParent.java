package io.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A small program that has a broker, so that a test can kill the program. */
final class BrokerParent {
    private BrokerParent() {}

    /** Starts a broker in the folder, prints its process id, and stays until its input ends. */
    public static void main(String[] arguments) throws IOException {
        LocalBroker broker = LocalBroker.start(BrokerOptions.in(Path.of(arguments[0])));
        System.out.println("broker " + broker.pid());
        System.in.transferTo(OutputStream.nullOutputStream());
        broker.stop();
    }
}
