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
 * @param clocks when who is silent is taken for dead
 * @param named whether assemblers and publishers have names by which they get their work back when they start again
 */
public record DeploymentOptions(
        Path folder, Path program, String models, List<String> settings, int instances, Clocks clocks, boolean named) {
    /** Keeps a copy. */
    public DeploymentOptions {
        settings = List.copyOf(settings);
    }

    /** Two of each service, with lowered clocks, from the packaged folder of this checkout. */
    public static DeploymentOptions pairs(Path folder, String models) {
        Path root = Path.of(System.getProperty("millrace.root", "."));
        return new DeploymentOptions(
                folder,
                root.resolve("standalone/target/millrace/lib").toAbsolutePath(),
                models,
                List.of(),
                2,
                Clocks.LOWERED,
                false);
    }

    /** The same with so many of each service. */
    public DeploymentOptions withInstances(int many) {
        return new DeploymentOptions(folder, program, models, settings, many, clocks, named);
    }

    /** The same with these clocks. */
    public DeploymentOptions withClocks(Clocks others) {
        return new DeploymentOptions(folder, program, models, settings, instances, others, named);
    }

    /** The same whose instances have names, or have none. */
    public DeploymentOptions withNames(boolean names) {
        return new DeploymentOptions(folder, program, models, settings, instances, clocks, names);
    }
}
