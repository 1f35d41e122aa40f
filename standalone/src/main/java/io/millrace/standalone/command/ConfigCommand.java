package io.millrace.standalone.command;

import io.millrace.runtime.config.ConfigReference;
import io.millrace.standalone.config.MillraceConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace config}. */
@Command(name = "config", description = "Prints the configuration that is in effect, as YAML; secrets are hidden.")
public final class ConfigCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--reference", description = "Print the reference of all keys instead, as Markdown.")
    private boolean reference;

    @Override
    public Integer call() {
        System.out.print(
                reference
                        ? ConfigReference.markdown(MillraceConfig.class)
                        : ConfigReference.effectiveYaml(config.load(List.of())));
        return 0;
    }
}
