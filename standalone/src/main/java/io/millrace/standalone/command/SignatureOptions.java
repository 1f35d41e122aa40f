package io.millrace.standalone.command;

import picocli.CommandLine.Option;

/** Who settles dead letters, and why. */
final class SignatureOptions {
    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, to be recorded. Default: the user's name.")
    private String by = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, to be recorded.")
    private String reason = "";

    @Option(names = "--all", description = "Every letter that waits; needed where nothing else says which.")
    private boolean all;

    String by() {
        return by;
    }

    String reason() {
        return reason;
    }

    boolean all() {
        return all;
    }
}
