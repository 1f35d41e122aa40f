package io.millrace.bench;

import io.millrace.runtime.Logging;
import io.millrace.runtime.StopSignal;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.standalone.Standalone;
import io.millrace.standalone.config.MillraceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code millrace up} with {@link LoopBackBackend} in the place of ONNX Runtime; its arguments are {@code key=value}. */
public final class LoopBackUp {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(45);

    private LoopBackUp() {}

    /** Runs until SIGTERM; prints {@code ready URL} like the command. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MillraceConfig config =
                ConfigLoader.load(MillraceConfig.class, new ConfigSources(null, Map.of(), List.of(arguments)));
        Logging.toFile(Files.createDirectories(config.dataDir().resolve("logs")).resolve("millrace.log"));
        StopSignal stop = StopSignal.install(STOP_PATIENCE);
        try (Standalone standalone =
                Standalone.start(config, config.dataDir(), (model, parallel) -> new LoopBackBackend())) {
            if (standalone.awaitReady(stop)) {
                System.out.println("ready " + standalone.url());
                System.out.flush();
            }
            stop.await();
        }
        stop.exit(0);
    }
}
