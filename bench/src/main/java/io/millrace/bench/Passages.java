package io.millrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.worker.backend.ModelFiles;
import io.millrace.worker.backend.OnnxEncoder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Texts to embed, the same on every run: words of this project's documentation, 20 to 70 of them a passage. */
final class Passages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int SHORTEST = 10;
    private static final int LONGEST = 256;
    /** The tokens at a text's beginning and end. */
    private static final int FRAME_TOKENS = 2;

    private Passages() {}

    /** So many passages. */
    static List<String> make(Path root, int count) throws IOException {
        String[] words = Files.readString(root.resolve("docs/architecture.md")).split("[^A-Za-z]+", -1);
        SplittableRandom random = new SplittableRandom(42);
        List<String> passages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(20, 71);
            StringBuilder passage = new StringBuilder();
            for (int w = 0; w < length; w++) {
                passage.append(words[random.nextInt(words.length)]).append(' ');
            }
            passages.add(passage.toString().strip());
        }
        return passages;
    }

    /** So many texts whose lengths, in the built-in model's tokens, lie evenly between 10 and 256. */
    static List<String> mixed(Path root, int count) throws IOException {
        List<String> words = Files.readString(root.resolve("docs/architecture.md"))
                .lines()
                .flatMap(line -> Arrays.stream(line.split("[^A-Za-z]+")))
                .filter(word -> !word.isEmpty())
                .toList();
        SplittableRandom random = new SplittableRandom(43);
        List<String> texts = new ArrayList<>(count);
        try (OnnxEncoder encoder = OnnxEncoder.load(ModelFiles.BUILT_IN, 1)) {
            Map<String, Integer> lengths = new HashMap<>();
            for (int i = 0; i < count; i++) {
                int left = random.nextInt(SHORTEST, LONGEST + 1) - FRAME_TOKENS;
                List<String> text = new ArrayList<>();
                while (left > 0) {
                    String word = words.get(random.nextInt(words.size()));
                    int length =
                            lengths.computeIfAbsent(word, unknown -> encoder.tokenize(unknown).length - FRAME_TOKENS);
                    if (length <= left) {
                        text.add(word);
                        left -= length;
                    }
                }
                texts.add(String.join(" ", text));
            }
        }
        return texts;
    }

    /** Writes them as the lines of a job. */
    static void writeJob(List<String> passages, String model, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < passages.size(); i++) {
                ObjectNode line = JSON.createObjectNode()
                        .put("custom_id", "p" + i)
                        .put("method", "POST")
                        .put("url", "/v1/embeddings");
                line.putObject("body").put("model", model).put("input", passages.get(i));
                out.write(JSON.writeValueAsString(line));
                out.write('\n');
            }
        }
    }
}
