package io.millrace.standalone.command;

import io.millrace.standalone.operations.core.LetterFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters are meant. */
final class LetterOptions {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Letters by their ids, as 'list' prints them.")
    private List<String> ids = List.of();

    @Option(names = "--cause", paramLabel = "CODE", description = "Only with this cause.")
    private @Nullable String cause;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Only from this topic.")
    private @Nullable String topic;

    @Option(names = "--job", paramLabel = "JOB", description = "Only of this job, call or session.")
    private @Nullable String job;

    @Mixin
    private SpanOptions span = new SpanOptions();

    LetterFilter filter() {
        return new LetterFilter(
                Set.copyOf(ids),
                Optional.ofNullable(cause),
                Optional.ofNullable(topic),
                Optional.ofNullable(job),
                span.span());
    }
}
