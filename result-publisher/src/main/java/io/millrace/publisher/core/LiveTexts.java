package io.millrace.publisher.core;

import io.millrace.schemas.v1.Delta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the results of one stream that are still being made say so far, put together from deltas. Whatever does not fit, because
 * something before it was missed or a newer attempt has begun, is left out until the whole text comes, once a second. Not
 * thread-safe.
 */
public final class LiveTexts {
    private static final int MAX_REQUESTS = 256;
    private static final int MAX_TEXT = 1 << 20;
    private static final int MAX_SETTLED = 1_024;

    private final Map<String, Text> texts = new HashMap<>();
    private final Map<String, Boolean> settled = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_SETTLED;
        }
    };

    private long length;

    /**
     * What one reader was told of a request.
     *
     * @param version of the text that it was told; another one replaces all
     */
    record Told(int version, int length) {}

    /** What readers have been told, each by its own. */
    public static final class Memory {
        private final Map<String, Told> told = new HashMap<>();
    }

    private static final class Text {
        private final Set<String> superseded = new HashSet<>();
        private final StringBuilder text = new StringBuilder();
        private String attempt = "";
        private int version;
    }

    /** Takes a delta; whether anything is new. */
    public boolean take(Delta delta) {
        String request = delta.getRequestId();
        if (settled.containsKey(request)) {
            return false;
        }
        @Nullable Text known = texts.get(request);
        if (known == null) {
            if (delta.getPosition() != 0 || texts.size() >= MAX_REQUESTS) {
                return false;
            }
            known = new Text();
            known.attempt = delta.getAttempt();
            texts.put(request, known);
        }
        int before = known.text.length();
        boolean changed = take(delta, known);
        length += known.text.length() - before;
        if (known.text.length() > MAX_TEXT) {
            settled(request);
        }
        return changed;
    }

    private static boolean take(Delta delta, Text known) {
        boolean isWhole = delta.getPosition() == 0;
        if (!delta.getAttempt().equals(known.attempt)) {
            if (!isWhole || known.superseded.contains(delta.getAttempt())) {
                return false;
            }
            known.superseded.add(known.attempt);
            known.attempt = delta.getAttempt();
            replace(known, delta.getText());
            return true;
        }
        if (isWhole) {
            boolean goesOn = known.text.length() > 0
                    && delta.getText().length() >= known.text.length()
                    && known.text.compareTo(new StringBuilder(delta.getText().substring(0, known.text.length()))) == 0;
            if (goesOn) {
                known.text.append(
                        delta.getText(), known.text.length(), delta.getText().length());
            } else {
                replace(known, delta.getText());
            }
            return true;
        }
        if (delta.getPosition() != known.text.length()) {
            return false;
        }
        known.text.append(delta.getText());
        return true;
    }

    private static void replace(Text known, String text) {
        known.text.setLength(0);
        known.text.append(text);
        known.version++;
    }

    /** The request has its outcome; what still comes of it is left out. */
    public void settled(String requestId) {
        settled.put(requestId, true);
        @Nullable Text gone = texts.remove(requestId);
        if (gone != null) {
            length -= gone.text.length();
        }
    }

    /** Forgets all texts. */
    public void clear() {
        texts.clear();
        length = 0;
    }

    /** Characters in all. */
    public long length() {
        return length;
    }

    /** What one reader does not know yet, merged into at most one delta for each request; from then on it knows it. */
    public List<Delta> news(Memory memory) {
        memory.told.keySet().retainAll(texts.keySet());
        List<Delta> news = new ArrayList<>();
        texts.forEach((request, text) -> {
            Told told = memory.told.getOrDefault(request, new Told(-1, 0));
            int from = told.version() == text.version ? told.length() : 0;
            if (told.version() == text.version && from == text.text.length()) {
                return;
            }
            memory.told.put(request, new Told(text.version, text.text.length()));
            news.add(Delta.newBuilder()
                    .setRequestId(request)
                    .setAttempt(text.attempt)
                    .setPosition(from)
                    .setText(text.text.substring(from))
                    .build());
        });
        return news;
    }
}
