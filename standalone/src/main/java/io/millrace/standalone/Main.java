package io.millrace.standalone;

import io.millrace.standalone.command.CancelCommand;
import io.millrace.standalone.command.ConfigCommand;
import io.millrace.standalone.command.DeadLettersCommand;
import io.millrace.standalone.command.DemoCommand;
import io.millrace.standalone.command.DoctorCommand;
import io.millrace.standalone.command.ExplainCommand;
import io.millrace.standalone.command.ExportCommand;
import io.millrace.standalone.command.Failures;
import io.millrace.standalone.command.MetricsCommand;
import io.millrace.standalone.command.ReplayCommand;
import io.millrace.standalone.command.ServiceCommands;
import io.millrace.standalone.command.StatusCommand;
import io.millrace.standalone.command.SubmitCommand;
import io.millrace.standalone.command.TopicsCommand;
import io.millrace.standalone.command.UpCommand;
import io.millrace.standalone.command.WatchCommand;
import java.util.Objects;
import picocli.CommandLine;

/** The {@code millrace} command. Exit code 0: done; 1: failed; 2: wrong usage. */
public final class Main {
    private static final String DESCRIPTION =
            "AI inference for clients behind thin, flaky links, as an event-driven pipeline on Kafka.";

    private static final String FOOTER = "%nIn a checkout, './millrace test' runs the whole test suite.";

    private Main() {}

    /** Runs one subcommand and ends the process. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line with all subcommands. */
    static CommandLine commandLine() {
        // They are methods, which picocli calls on the command that is above them.
        CommandLine main = new CommandLine(new ServiceCommands());
        main.getCommandSpec()
                .name("millrace")
                .usageMessage()
                .description(DESCRIPTION)
                .footer(FOOTER);
        main.addSubcommand(new UpCommand());
        main.addSubcommand(new DemoCommand());
        main.addSubcommand(new SubmitCommand());
        main.addSubcommand(new WatchCommand());
        main.addSubcommand(new StatusCommand());
        main.addSubcommand(new CancelCommand());
        main.addSubcommand(new ConfigCommand());
        main.addSubcommand(new TopicsCommand());
        main.addSubcommand(new MetricsCommand());
        main.addSubcommand(new ExplainCommand());
        main.addSubcommand(new DoctorCommand());
        main.addSubcommand(new ReplayCommand());
        main.addSubcommand(new ExportCommand());
        main.addSubcommand(new DeadLettersCommand());
        withHelp(main);
        main.setCaseInsensitiveEnumValuesAllowed(true);
        main.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("millrace: " + Failures.describe(failure));
            return CommandLine.ExitCode.SOFTWARE;
        });
        return main;
    }

    private static String version() {
        return "millrace "
                + Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    /**
     * A method that takes more than groups of options asks for its help itself: picocli hands its arguments over by their
     * number, and counts the help's as the first.
     */
    private static void withHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).version(version());
        command.getSubcommands().values().forEach(Main::withHelp);
    }
}
