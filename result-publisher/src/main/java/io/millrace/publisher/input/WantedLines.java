package io.millrace.publisher.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.millrace.publisher.hub.InputLines;
import io.millrace.schemas.lines.LineSplitter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Picks the lines of some requests out of a file that is fed to it from a place on. */
final class WantedLines {
    private static final int LONGEST_LINE = 8 << 20;
    private static final JsonFactory JSON = new JsonFactory();

    private final List<Long> items;
    private final LineSplitter splitter;
    private final Map<Long, InputLines.Line> lines = new HashMap<>();
    private InputLines.Place next;
    private long counted;
    private int index;
    private boolean aligned;

    /** @param items ascending, at least one */
    WantedLines(List<Long> items, InputLines.Place from) {
        this.items = items;
        this.next = from;
        this.counted = from.items();
        this.splitter = new LineSplitter(from.position(), from.lines(), LONGEST_LINE);
    }

    /** Whether a request's number is its line's, and not counted over lines that are not blank. */
    void aligned(boolean byLine) {
        aligned = byLine;
    }

    /** The file's byte that is to be fed next. */
    long position() {
        return splitter.position();
    }

    boolean isComplete() {
        return index == items.size();
    }

    void feed(byte[] bytes, int from, int length) throws InterruptedException {
        splitter.feed(bytes, from, length, this::line);
    }

    /** Nothing follows. */
    void end() throws InterruptedException {
        splitter.end(this::line);
        index = items.size();
    }

    InputLines.Found found() {
        return new InputLines.Found(lines, next);
    }

    private void line(LineSplitter.Line line) {
        long item = aligned ? line.number() - 1 : counted;
        counted++;
        while (index < items.size() && items.get(index) < item) {
            index++;
        }
        if (index == items.size()) {
            return;
        }
        if (items.get(index) == item) {
            lines.put(item, new InputLines.Line(line.number(), customId(line.text())));
            index++;
        }
        next = new InputLines.Place(line.end(), line.number(), counted);
    }

    private static String customId(ByteString line) {
        try (JsonParser json = JSON.createParser(line.newInput())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals("custom_id");
                JsonToken value = json.nextToken();
                if (wanted && value == JsonToken.VALUE_STRING) {
                    return json.getText();
                }
                json.skipChildren();
            }
            return "";
        } catch (IOException e) {
            return "";
        }
    }
}
