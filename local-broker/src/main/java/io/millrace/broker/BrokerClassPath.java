package io.millrace.broker;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what a broker process runs with: the folder with Kafka's jars, this module itself, and an archive of its classes. */
final class BrokerClassPath {
    /** The system property that names the folder with Kafka's jars. */
    static final String PROPERTY = "millrace.broker.lib";

    /** The system property that names the file in which the JVM keeps Kafka's classes ready, for a shorter start. */
    static final String ARCHIVE_PROPERTY = "millrace.broker.archive";

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

    /**
     * The options under which the JVM uses the archive of an earlier run, and leaves one if there is none or it is of other
     * jars or another JVM. Without the property none: folders of classes cannot be archived.
     */
    static List<String> archiveOptions() {
        return Optional.ofNullable(System.getProperty(ARCHIVE_PROPERTY))
                .map(archive -> List.of(
                        "-XX:SharedArchiveFile=" + archive,
                        "-XX:+AutoCreateSharedArchive",
                        "-Xlog:cds*=off",
                        "-Xlog:cds*=off:stderr"))
                .orElse(List.of());
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
