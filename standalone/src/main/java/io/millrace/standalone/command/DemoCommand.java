package io.millrace.standalone.command;

import io.millrace.runtime.Logging;
import io.millrace.runtime.StopSignal;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.standalone.Standalone;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.standalone.demo.Demo;
import io.millrace.standalone.view.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code millrace demo}. */
@Command(
        name = "demo",
        description =
                "The main job on real input, from nothing: starts everything on free ports, sends a job over a link"
                        + " that it cuts, runs a real model, follows the results, uses them, accounts for everything, stops.")
public final class DemoCommand implements Callable<Integer> {
    /** The system property that says where the text lies; the launcher sets it. */
    private static final String TEXT = "millrace.text";

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

    @Override
    public Integer call() throws Exception {
        // The link is made thin at the client's end too, so that little is in flight when it breaks.
        System.setProperty("jdk.httpclient.sendBufferSize", "32768");
        StopSignal stop = StopSignal.install(STOP_PATIENCE);
        Thread work = Thread.currentThread();
        Thread.ofVirtual().start(() -> interruptOnStop(stop, work));
        int status;
        try {
            status = run(stop) ? 0 : 1;
        } catch (InterruptedException e) {
            System.err.println("millrace: stopped");
            status = 1;
        } catch (Exception e) {
            System.err.println("millrace: " + Failures.describe(e));
            status = 1;
        }
        stop.exit(status);
        return status;
    }

    private static boolean run(StopSignal stop) throws Exception {
        Path folder = Files.createTempDirectory("millrace-demo-");
        try {
            Path log = Files.createDirectories(folder.resolve("logs")).resolve("millrace.log");
            Logging.toFile(log);
            System.out.println("Starting a Kafka broker and all services in " + folder);
            long begin = System.nanoTime();
            MillraceConfig config = ConfigLoader.load(
                    MillraceConfig.class,
                    new ConfigSources(null, Map.of(), List.of("http.port=0", "admin.port=0", "data_dir=" + folder)));
            try (Standalone standalone = Standalone.start(config, folder)) {
                if (!standalone.awaitReady(stop)) {
                    return false;
                }
                System.out.println("  ready at " + standalone.url() + " after "
                        + Sizes.seconds(Duration.ofNanos(System.nanoTime() - begin)));
                Path text = Path.of(System.getProperty(TEXT, "."));
                return Demo.run(standalone.port(), folder, text, System.out);
            }
        } finally {
            delete(folder);
        }
    }

    private static void interruptOnStop(StopSignal stop, Thread work) {
        try {
            stop.await();
            work.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
