package io.millrace.runtime;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.runtime.config.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main program of one service: reads its configuration, starts it with its admin server, prints {@code ready URL} (of
 * the admin server) on stdout when it is ready, and stops it on SIGTERM.
 *
 * <p>Exit status: 0 after a stop, 1 when it cannot start, 2 for wrong usage.
 */
public final class ServiceMain {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
    private static final String USAGE = "usage: [--config FILE] [--set KEY=VALUE]...";
    private static final Duration READY_POLL = Duration.ofMillis(50);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private ServiceMain() {}

    /**
     * Runs the service until it is told to stop, then ends the process.
     *
     * @param config the record at the top of its configuration
     * @param admin where its admin server listens
     * @param start starts it; what it returns is closed at the stop
     */
    public static <C extends Record> void run(
            String[] args,
            Class<C> config,
            Function<C, HttpSettings> admin,
            BiFunction<C, ServiceContext, ? extends AutoCloseable> start) {
        StopSignal stop = StopSignal.install(STOP_PATIENCE);
        stop.exit(runUntil(stop, args, config, admin, start));
    }

    private static <C extends Record> int runUntil(
            StopSignal stop,
            String[] args,
            Class<C> config,
            Function<C, HttpSettings> admin,
            BiFunction<C, ServiceContext, ? extends AutoCloseable> start) {
        try (Closer closer = new Closer()) {
            C settings = ConfigLoader.load(config, sources(args));
            ServiceContext context = closer.add("context", ServiceContext.create());
            HttpSettings adminSettings = admin.apply(settings);
            Health.Check starting = context.health().register(Health.START);
            AdminServer adminServer = closer.add("admin server", AdminServer.start(context, adminSettings));
            closer.add("service", start.apply(settings, context));
            starting.ready();
            awaitReady(stop, context.health(), "ready " + adminSettings.url(adminServer.port()));
            stop.await();
            LOG.info("stopping");
            return 0;
        } catch (UsageException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            return WRONG_USAGE;
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException e) {
            LOG.error("cannot start", e);
            return FAILED;
        }
    }

    private static void awaitReady(StopSignal stop, Health health, String line) throws InterruptedException {
        while (!health.ready()) {
            if (stop.await(READY_POLL)) {
                return;
            }
        }
        System.out.println(line);
    }

    /** The sources that a command line names. */
    static ConfigSources sources(String... args) {
        @Nullable Path file = null;
        List<String> overrides = new ArrayList<>();
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--config" -> file = Path.of(valueOf(option, rest));
                case "--set" -> overrides.add(valueOf(option, rest));
                default -> throw new UsageException("there is no option '" + option + "'");
            }
        }
        return new ConfigSources(file, System.getenv(), overrides);
    }

    private static String valueOf(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new UsageException(option + " needs a value");
        }
        return rest.next();
    }

    /** A command line that is not understood. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }
}
