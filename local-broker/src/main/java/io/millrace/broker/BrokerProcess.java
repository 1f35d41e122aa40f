package io.millrace.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main class of a broker process: formats a new data folder, then runs Kafka until {@link ParentWatch} ends it. It
 * calls Kafka by reflection, so that nothing of Kafka's server stands on the class path of this module's users.
 */
final class BrokerProcess {
    private BrokerProcess() {}

    /**
     * Runs one broker.
     *
     * @param arguments the node's folder and the cluster's id
     */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        ParentWatch.start();
        NodeFolder folder = new NodeFolder(Path.of(arguments[0]));
        FileLock untilExit = FolderLock.take(folder.path());
        if (!Files.exists(folder.data().resolve("meta.properties"))) {
            format(folder, arguments[1]);
        }
        Method kafka = Class.forName("kafka.Kafka").getMethod("main", String[].class);
        kafka.invoke(null, (Object) new String[] {folder.settings().toString()});
        untilExit.release();
    }

    /** Kafka writes {@code meta.properties} last, so a folder that has it is complete. */
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
}
