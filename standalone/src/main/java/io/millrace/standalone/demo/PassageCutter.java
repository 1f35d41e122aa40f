package io.millrace.standalone.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into passages at blank lines, and at line ends where a paragraph is too long for one. Pure.
 */
final class PassageCutter {
    /** Well below the 256 that the built-in model takes, because tokens are only estimated here. */
    private static final int MOST_TOKENS = 160;

    private static final int LEAST_CHARACTERS = 40;

    private PassageCutter() {}

    /** The passages of a file, in order. Lines that alone are too long are left out. */
    static List<Passage> cut(String file, List<String> lines) {
        List<Passage> passages = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        int tokens = 0;
        int start = 1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int cost = estimatedTokens(line);
            boolean full = tokens + cost > MOST_TOKENS;
            boolean pause = line.isEmpty() && tokens > MOST_TOKENS / 3;
            if (full || pause) {
                add(passages, file, start, open);
                tokens = 0;
            }
            if (line.isEmpty() || cost > MOST_TOKENS) {
                continue;
            }
            if (open.isEmpty()) {
                start = i + 1;
            }
            open.append(line).append('\n');
            tokens += cost;
        }
        add(passages, file, start, open);
        return passages;
    }

    private static void add(List<Passage> passages, String file, int start, StringBuilder open) {
        String text = open.toString().strip();
        if (text.length() >= LEAST_CHARACTERS) {
            passages.add(new Passage(file, start, text));
        }
        open.setLength(0);
    }

    /** A generous estimate: one for every two letters of a word, one for every other visible character. */
    static int estimatedTokens(String line) {
        int tokens = 0;
        int word = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                tokens += word % 2 == 0 ? 1 : 0;
                word++;
            } else {
                word = 0;
                tokens += Character.isWhitespace(c) ? 0 : 1;
            }
        }
        return tokens;
    }
}
