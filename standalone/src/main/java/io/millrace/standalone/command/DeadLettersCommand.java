package io.millrace.standalone.command;

import io.millrace.client.ClientOptions;
import io.millrace.client.MillraceClient;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterFilter;
import io.millrace.standalone.operations.letters.LetterDesk;
import io.millrace.standalone.operations.letters.LetterRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace dead-letters}. */
@Command(
        name = "dead-letters",
        description = "Records that no service could process: shows them, puts them back, gives them up.")
public final class DeadLettersCommand {
    @Spec
    private @Nullable CommandSpec command;

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Counts letters by cause, and lists them.")
    int list(
            @Mixin KafkaOptions kafka,
            @Mixin LetterOptions letters,
            @Option(names = "--settled", description = "Those that were redriven or discarded, too.") boolean settled,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "How many to list. Default: 20; the counts are of all.")
                    int limit,
            @Option(names = "--json", description = "Print one JSON object.") boolean json) {
        try (LetterDesk desk = desk(kafka)) {
            List<Letter> found = desk.read().letters(letters.filter());
            List<Letter> waiting = found.stream()
                    .filter(letter -> letter.settlement().isEmpty())
                    .toList();
            LetterView view = new LetterView(System.out, limit);
            view.list(settled ? found : waiting, found.size() - waiting.size(), json);
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints one letter: its cause, headers and decoded value.")
    int show(
            @Mixin KafkaOptions kafka,
            @Parameters(paramLabel = "ID", description = "The letter's id, as 'list' prints it.") String id,
            @Option(names = "--json", description = "Print one JSON object.") boolean json) {
        try (LetterDesk desk = desk(kafka)) {
            List<LetterRecord> found = desk.records(LetterFilter.of(Set.of(id)));
            if (found.isEmpty()) {
                System.err.println("millrace: there is no dead letter " + id);
                return 1;
            }
            new LetterView(System.out, 1).show(found.getFirst(), json);
        }
        return 0;
    }

    @Command(
            name = "redrive",
            mixinStandardHelpOptions = true,
            description = "Puts letters back where they came from, each once. A request that has an outcome stays.")
    int redrive(
            @Mixin KafkaOptions kafka,
            @Mixin ServerOptions server,
            @Mixin LetterOptions letters,
            @Mixin SignatureOptions signature,
            @Option(names = "--json", description = "Print one JSON object for each letter.") boolean json)
            throws Exception {
        LetterFilter filter = filter(letters, signature);
        ClientOptions options = server.clientOptions(ServerOptions.SHORT);
        try (LetterDesk desk = desk(kafka);
                MillraceClient client = new MillraceClient(options)) {
            return report(
                    desk.redrive(filter, signature.by(), signature.reason(), client.requests(ServerOptions.tell())),
                    "redriven",
                    json);
        }
    }

    @Command(
            name = "discard",
            mixinStandardHelpOptions = true,
            description = "Gives letters up; says in the topic who did, and why.")
    int discard(
            @Mixin KafkaOptions kafka,
            @Mixin LetterOptions letters,
            @Mixin SignatureOptions signature,
            @Option(names = "--json", description = "Print one JSON object for each letter.") boolean json)
            throws Exception {
        LetterFilter filter = filter(letters, signature);
        try (LetterDesk desk = desk(kafka)) {
            return report(desk.discard(filter, signature.by(), signature.reason()), "discarded", json);
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes letters as JSON lines, with their bytes in base64.")
    int export(
            @Mixin KafkaOptions kafka,
            @Mixin LetterOptions letters,
            @Option(names = "--out", paramLabel = "FILE", description = "Write here instead of stdout.") @Nullable
                    Path out)
            throws IOException {
        try (LetterDesk desk = desk(kafka)) {
            List<LetterRecord> found = desk.records(letters.filter());
            if (out == null) {
                LetterView.export(System.out, found);
            } else {
                try (PrintStream to = new PrintStream(Files.newOutputStream(out), false, StandardCharsets.UTF_8)) {
                    LetterView.export(to, found);
                }
            }
            System.err.println("millrace: " + found.size() + " letters written");
        }
        return 0;
    }

    private static LetterDesk desk(KafkaOptions kafka) {
        return new LetterDesk(KafkaOptions.kafka(kafka.load()), InstantSource.system());
    }

    private LetterFilter filter(LetterOptions letters, SignatureOptions signature) {
        LetterFilter filter = letters.filter();
        if (filter.isOpen() && !signature.all()) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(), "say which letters: ids, a filter, or --all");
        }
        return filter;
    }

    private static int report(List<LetterDesk.Handled> handled, String done, boolean json) {
        LetterView view = new LetterView(System.out, handled.size());
        handled.forEach(each -> view.handled(each, done, json));
        long refused =
                handled.stream().filter(each -> each.refusal().isPresent()).count();
        System.err.println("millrace: " + (handled.size() - refused) + " " + done + ", " + refused + " refused");
        return refused == 0 && !handled.isEmpty() ? 0 : 1;
    }
}
