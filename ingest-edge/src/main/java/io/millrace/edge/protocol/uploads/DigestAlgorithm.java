package io.millrace.edge.protocol.uploads;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A way to compute a digest.
 *
 * @param name as a protocol calls it
 */
public record DigestAlgorithm(String name, Supplier<RunningDigest> starter) {
    /** Those of tus. */
    public static final Set<DigestAlgorithm> TUS = Set.of(
            new DigestAlgorithm("sha1", () -> RunningDigest.of("SHA-1")),
            new DigestAlgorithm("sha256", () -> RunningDigest.of("SHA-256")),
            new DigestAlgorithm("crc32c", RunningDigest::crc32c));
    /** Those of RFC 9530 that are registered as active. */
    public static final Set<DigestAlgorithm> HTTP = Set.of(
            new DigestAlgorithm("sha-256", () -> RunningDigest.of("SHA-256")),
            new DigestAlgorithm("sha-512", () -> RunningDigest.of("SHA-512")));

    RunningDigest start() {
        return starter.get();
    }

    /** The one of this name, if it is among them. */
    public static Optional<DigestAlgorithm> find(Set<DigestAlgorithm> algorithms, String name) {
        return algorithms.stream().filter(known -> known.name().equals(name)).findFirst();
    }
}
