package io.millrace.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes: one line per event with its key-values, to stderr unless told otherwise. Found by logback itself,
 * so that a process that does nothing about it logs in the same form.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-30.30logger{29} %msg %kvp{NONE}%n";
    private static final String KAFKA = "org.apache.kafka";
    /** They log at INFO every step of every client. */
    private static final List<String> QUIET = List.of(KAFKA, "io.netty", "io.vertx", "org.rocksdb");

    /** From now on the log goes to stderr. */
    public static void toStderr() {
        LoggerContext context = context();
        context.reset();
        configureStderr(context);
    }

    /** From now on the log goes to this file, at its end. */
    public static void toFile(Path file) {
        LoggerContext context = context();
        context.reset();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.toString());
        install(context, appender);
    }

    /** From now on Kafka's clients warn of nothing: for commands, which say themselves what did not work. */
    public static void onlyFailuresOfKafka() {
        context().getLogger(KAFKA).setLevel(Level.ERROR);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        configureStderr(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static void configureStderr(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        install(context, appender);
    }

    private static void install(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setName("log");
        appender.setEncoder(encoder);
        appender.start();
        attach(context, appender);
    }

    private static void attach(LoggerContext context, Appender<ILoggingEvent> appender) {
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    }
}
