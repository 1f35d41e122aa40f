package io.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;

class CommandLineTest {
    private final StringWriter errors = new StringWriter();
    private final StringWriter output = new StringWriter();

    @Test
    void shouldExitWith2AndTheUsageOnWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("nope")).isEqualTo(2);
        assertThat(run("up", "--http-port", "abc")).isEqualTo(2);
        assertThat(run("status")).isEqualTo(2);
        assertThat(run("topics")).isEqualTo(2);
        assertThat(run("status", "batch_1", "--url", "nowhere")).isEqualTo(2);
        assertThat(run("replay")).isEqualTo(2);
        assertThat(run("replay", "--job", "batch_1", "--status", "nonsense")).isEqualTo(2);
        assertThat(run("replay", "--from", "yesterday")).isEqualTo(2);
        assertThat(run("export")).isEqualTo(2);
        assertThat(run("dead-letters", "redrive")).isEqualTo(2);
        assertThat(errors.toString()).contains("Usage: millrace", "--url: 'nowhere' is no address");
    }

    @Test
    void shouldNameTheKeyTheValueAndWhatIsAllowedWhenTheConfigurationIsRefused() {
        assertThat(run("config", "--set", "edge.nope=1")).isEqualTo(1);
        assertThat(run("up", "--set", "topics.replication=0")).isEqualTo(1);
        assertThat(errors.toString())
                .contains("millrace: edge.nope", "topics.replication", "'0'", "1 to 32767")
                .doesNotContain("Exception", "\tat ");
    }

    @Test
    void shouldExitWith1WhenTheWorkFails() {
        assertThat(run("submit", "/there/is/no/such/file.jsonl")).isEqualTo(1);
        assertThat(errors.toString()).contains("there is no file /there/is/no/such/file.jsonl");
    }

    @Test
    void shouldHelpWithEveryCommand() {
        CommandLine main = Main.commandLine();
        assertThat(main.getSubcommands().keySet())
                .contains(
                        "up",
                        "demo",
                        "submit",
                        "watch",
                        "status",
                        "cancel",
                        "config",
                        "topics",
                        "doctor",
                        "replay",
                        "export",
                        "dead-letters",
                        "edge",
                        "assembler",
                        "worker",
                        "publisher");
        for (String command : main.getSubcommands().keySet()) {
            assertThat(run(command, "--help")).isZero();
        }
        assertThat(output.toString()).contains("millrace submit", "--follow");
    }

    @Test
    void shouldGiveMethodsTheArgumentsThatTheyAskFor() {
        everyCommand(Main.commandLine())
                .filter(command -> command.getCommandSpec().userObject() instanceof Method method
                        && Arrays.stream(method.getParameters())
                                .anyMatch(parameter -> !parameter.isAnnotationPresent(Mixin.class)))
                .forEach(command -> assertThat(command.getCommandSpec().args().getFirst())
                        .satisfies(first -> assertThat(first.isOption() && ((OptionSpec) first).usageHelp())
                                .as("the first argument of '%s' is its help", command.getCommandName())
                                .isTrue()));
    }

    @Test
    void shouldFindNoClusterInsteadOfWrongArgumentsWhereNoneIsConfigured(@TempDir Path nothing) {
        assertThat(run("dead-letters", "list", "--limit", "7", "--data-dir", nothing.toString()))
                .isEqualTo(1);
        assertThat(run("dead-letters", "show", "millrace.chunks/0@7", "--data-dir", nothing.toString()))
                .isEqualTo(1);
        assertThat(run("dead-letters", "export", "--out", "x", "--data-dir", nothing.toString()))
                .isEqualTo(1);
        assertThat(errors.toString().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("millrace: kafka.bootstrap.servers: is not set"));
    }

    private static Stream<CommandLine> everyCommand(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandLineTest::everyCommand));
    }

    private int run(String... arguments) {
        return Main.commandLine()
                .setErr(new PrintWriter(errors, true))
                .setOut(new PrintWriter(output, true))
                .execute(arguments);
    }
}
