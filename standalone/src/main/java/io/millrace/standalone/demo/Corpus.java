package io.millrace.standalone.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The text that is always at hand: the project's own documentation and sources. */
final class Corpus {
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", "test");
    private static final List<String> ENDINGS = List.of(".md", ".java", ".proto");

    private Corpus() {}

    /** All passages of the documentation and sources below a folder, always in the same order. */
    static List<Passage> read(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .filter(Corpus::isText)
                    .sorted()
                    .toList();
        }
        List<Passage> passages = new ArrayList<>();
        for (Path file : files) {
            passages.addAll(
                    PassageCutter.cut(file.toString(), Files.readAllLines(root.resolve(file), StandardCharsets.UTF_8)));
        }
        return passages;
    }

    private static boolean isText(Path file) {
        for (Path part : file) {
            if (SKIPPED.contains(part.toString()) || part.toString().startsWith(".")) {
                return false;
            }
        }
        return ENDINGS.stream().anyMatch(file.toString()::endsWith);
    }
}
