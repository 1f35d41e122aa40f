package io.millrace.standalone.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.standalone.config.MillraceConfig;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.Life;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace explain}. */
@Command(
        name = "explain",
        description =
                "Tells the life of one upload, job or request from the topics: when each step had it, where it is and"
                        + " what it waits for. Exit code 1 if nothing is known of it.")
public final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "file-…, batch_… or req_…")
    private String id = "";

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "8",
            description = "How far to look back. Default: 8, more than topics are kept.")
    private int days;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        MillraceConfig config = kafka.load();
        List<String> models = config.models().stream().map(ModelSettings::name).toList();
        long sinceMs = Instant.now().minus(Duration.ofDays(days)).toEpochMilli();
        Optional<Life> life;
        try (Explanation explanation = new Explanation(KafkaOptions.kafka(config), models, sinceMs)) {
            life = explanation.of(id);
        }
        if (life.isEmpty() || life.get().steps().isEmpty()) {
            System.err.println("millrace: nothing is known of " + id);
            return 1;
        }
        System.out.println(json ? new ObjectMapper().writeValueAsString(life.get()) : text(life.get()));
        return 0;
    }

    static String text(Life life) {
        StringBuilder text = new StringBuilder(life.id()).append('\n');
        for (Life.Step step : life.steps()) {
            String until = step.untilMs() == step.atMs() ? "" : " to " + Instant.ofEpochMilli(step.untilMs());
            text.append(
                    "%s%s  %s  [%s]%n".formatted(Instant.ofEpochMilli(step.atMs()), until, step.what(), step.place()));
        }
        text.append("is: ").append(life.state());
        return life.waitsFor().isEmpty()
                ? text.toString()
                : text.append("\nwaits for: ").append(life.waitsFor()).toString();
    }
}
