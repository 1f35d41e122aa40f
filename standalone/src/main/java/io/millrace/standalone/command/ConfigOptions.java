package io.millrace.standalone.command;

import io.millrace.runtime.config.ConfigLoader;
import io.millrace.runtime.config.ConfigSources;
import io.millrace.standalone.config.MillraceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command gets its configuration from. */
final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "The configuration, as YAML.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, such as topics.replication=3; may be repeated.")
    private List<String> overrides = new ArrayList<>();

    /** @param last settings of the command's own options, over all others */
    MillraceConfig load(List<String> last) {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(last);
        return ConfigLoader.load(MillraceConfig.class, new ConfigSources(file, System.getenv(), all));
    }

    /** The same as arguments for the main program of one service. */
    String[] arguments() {
        List<String> arguments = new ArrayList<>();
        if (file != null) {
            arguments.add("--config");
            arguments.add(file.toString());
        }
        overrides.forEach(override -> {
            arguments.add("--set");
            arguments.add(override);
        });
        return arguments.toArray(String[]::new);
    }
}
