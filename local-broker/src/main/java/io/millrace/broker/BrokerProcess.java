package io.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of a broker process. It formats a new data folder, runs Kafka, and goes down when its standard input
 * ends, which happens when whoever started it stops it or dies. It calls Kafka by reflection, so that nothing of Kafka's
 * server stands on the class path of this module's users.
 */
final class BrokerProcess {
    private static final long SHUTDOWN_BOUND_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final int HALTED = 70;

    private BrokerProcess() {}

    /**
     * Runs one broker.
     *
     * @param arguments the node's folder and the cluster's id
     */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        NodeFolder folder = new NodeFolder(Path.of(arguments[0]));
        FileLock untilExit = FolderLock.take(folder.path());
        daemon("parent-watch", BrokerProcess::exitAtEndOfInput);
        if (!Files.exists(folder.data().resolve("meta.properties"))) {
            format(folder, arguments[1]);
        }
        Method kafka = Class.forName("kafka.Kafka").getMethod("main", String[].class);
        kafka.invoke(null, (Object) new String[] {folder.settings().toString()});
        untilExit.release();
    }

    private static void format(NodeFolder folder, String clusterId) throws ReflectiveOperationException {
        String[] arguments = {
            "format", "--cluster-id", clusterId, "--config", folder.settings().toString()
        };
        Object status = Class.forName("kafka.tools.StorageTool")
                .getMethod("execute", String[].class, PrintStream.class)
                .invoke(null, arguments, System.out);
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("formatting " + folder.data() + " ended with status " + status);
        }
    }

    /** The exit runs Kafka's own shutdown hook; a broker that does not come to its end in time is halted. */
    private static void exitAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.out.println("standard input broke: " + e);
        }
        daemon("shutdown-bound", () -> {
            long deadline = System.nanoTime() + SHUTDOWN_BOUND_NANOS;
            while (System.nanoTime() < deadline) {
                LockSupport.parkNanos(deadline - System.nanoTime());
            }
            System.out.println("the broker did not stop in time: halting");
            Runtime.getRuntime().halt(HALTED);
        });
        System.exit(0);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
