package io.millrace.standalone.command;

import io.millrace.runtime.Logging;
import io.millrace.runtime.StopSignal;
import io.millrace.standalone.Standalone;
import io.millrace.standalone.config.MillraceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace up}. */
@Command(
        name = "up",
        description =
                "Runs all services in one process, with a Kafka broker of their own unless --kafka is given. Prints"
                        + " 'ready URL' when every service is. Data survives a restart; SIGTERM stops it.")
public final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--http-port", paramLabel = "N", description = "Where clients connect. Default: 8080.")
    private @Nullable Integer httpPort;

    @Option(names = "--admin-port", paramLabel = "N", description = "Health and metrics. Default: 8081.")
    private @Nullable Integer adminPort;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where everything lies that must survive.")
    private @Nullable Path dataDir;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Use this cluster instead of a broker of its own.")
    private @Nullable String kafka;

    @Override
    public Integer call() throws Exception {
        MillraceConfig loaded = config.load(settings());
        Path folder = loaded.dataFolder(System.getenv(), Path.of(System.getProperty("user.home")));
        Path log = Files.createDirectories(folder.resolve("logs")).resolve("millrace.log");
        Logging.toFile(log);
        StopSignal stop = StopSignal.install(STOP_PATIENCE);
        int status = run(loaded, folder, stop);
        if (status != 0) {
            System.err.println("millrace: the log is " + log);
        }
        stop.exit(status);
        return status;
    }

    private static int run(MillraceConfig config, Path folder, StopSignal stop) throws InterruptedException {
        AtomicReference<@Nullable String> lost = new AtomicReference<>();
        try (Standalone standalone = Standalone.start(config, folder)) {
            standalone.onBrokerLost(reason -> {
                lost.set(reason);
                stop.request();
            });
            if (standalone.awaitReady(stop)) {
                System.out.println("ready " + standalone.url());
                System.out.flush();
            }
            stop.await();
            @Nullable String reason = lost.get();
            if (reason == null) {
                return 0;
            }
            System.err.println("millrace: " + reason);
        } catch (RuntimeException e) {
            LOG.error("stopped by a failure", e);
            System.err.println("millrace: " + Failures.describe(e));
        }
        return 1;
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>();
        add(settings, "http.port", httpPort);
        add(settings, "admin.port", adminPort);
        add(settings, "data_dir", dataDir);
        add(settings, "kafka.bootstrap.servers", kafka);
        return settings;
    }

    private static void add(List<String> settings, String key, @Nullable Object value) {
        if (value != null) {
            settings.add(key + "=" + value);
        }
    }
}
