package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.LinkListener;
import io.millrace.standalone.view.Sizes;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which server a command talks to. */
final class ServerOptions {
    /** For work that must get through: a train's longest tunnel, and a server's restart. */
    static final Duration LONG = Duration.ofMinutes(15);

    /** For a question that can as well be asked again. */
    static final Duration SHORT = Duration.ofSeconds(10);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_URL:-http://127.0.0.1:8080}",
            description = "The server. Default: $MILLRACE_URL, else http://127.0.0.1:8080.")
    private String url = "";

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "How long to go on without any progress before giving up.")
    private @Nullable Integer patience;

    /** @param usualPatience where the user says nothing */
    ClientOptions clientOptions(Duration usualPatience) {
        try {
            return ClientOptions.of(URI.create(url))
                    .withPatience(patience == null ? usualPatience : Duration.ofSeconds(patience));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(command).commandLine(), "--url: " + e.getMessage(), e);
        }
    }

    /** Tells the user on stderr that the link broke and the work goes on. */
    static LinkListener tell() {
        return (reason, delay) ->
                System.err.println("millrace: " + reason + "; trying again in " + Sizes.seconds(delay));
    }
}
