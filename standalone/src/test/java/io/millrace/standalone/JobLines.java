package io.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Job files for tests. */
final class JobLines {
    static final String MODEL = "all-minilm-l6-v2";

    private JobLines() {}

    /** A valid line. */
    static String embedding(String customId, String text) {
        return "{\"custom_id\":\"" + customId
                + "\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"" + MODEL + "\",\"input\":\""
                + text + "\"}}";
    }

    /** The names of so many requests. */
    static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "request-" + i).toList();
    }

    /** A file with one short valid request for each name. */
    static Path write(Path file, List<String> names) throws IOException {
        return Files.write(
                file,
                names.stream()
                        .map(name -> embedding(name, "What is the meaning of " + name + " in a thin and flaky world?"))
                        .toList());
    }
}
