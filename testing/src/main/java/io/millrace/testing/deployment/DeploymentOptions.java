package io.millrace.testing.deployment;

import java.nio.file.Path;
import java.util.List;

/**
 * What a deployment shall be.
 *
 * @param folder where its data and logs lie
 * @param program the folder of jars from which {@code millrace} runs
 * @param models the setting {@code models}, as YAML
 * @param settings further settings of every service, each {@code key=value}
 * @param instances how many of each service
 */
public record DeploymentOptions(Path folder, Path program, String models, List<String> settings, int instances) {
    /** Keeps a copy. */
    public DeploymentOptions {
        settings = List.copyOf(settings);
    }

    /** Two of each service, from the packaged folder of this checkout. */
    public static DeploymentOptions pairs(Path folder, String models) {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        return new DeploymentOptions(
                folder, root.resolve("standalone/target/millrace/lib").toAbsolutePath(), models, List.of(), 2);
    }
}
