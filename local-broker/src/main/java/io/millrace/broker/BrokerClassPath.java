package io.millrace.broker;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what a broker process runs with: the folder with Kafka's jars, and this module itself. */
final class BrokerClassPath {
    /** The system property that names the folder with Kafka's jars. */
    static final String PROPERTY = "millrace.broker.lib";

    private static final String FOLDER = "broker-lib";

    private BrokerClassPath() {}

    static String find() {
        Path self = self();
        Path parent = Objects.requireNonNull(self.getParent(), "code lies in a folder");
        Optional<Path> given = Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
        List<Path> candidates = Stream.concat(given.stream(), Stream.of(parent.resolve(FOLDER)))
                .map(Path::toAbsolutePath)
                .toList();
        return candidates.stream()
                .filter(Files::isDirectory)
                .findFirst()
                .map(lib -> self + File.pathSeparator + lib + File.separator + "*")
                .orElseThrow(() -> new BrokerException(
                        "Kafka's jars are not in " + candidates + ": build local-broker (mvn -pl local-broker package)"
                                + " or set the system property " + PROPERTY,
                        null));
    }

    /** This module's jar or its folder of classes; the jars' folder lies beside either. */
    private static Path self() {
        try {
            return Path.of(BrokerClassPath.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class loader knows no location of " + BrokerClassPath.class, e);
        }
    }
}
