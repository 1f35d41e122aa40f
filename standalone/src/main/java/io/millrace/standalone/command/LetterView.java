package io.millrace.standalone.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.millrace.standalone.operations.core.Letter;
import io.millrace.standalone.operations.core.LetterBook;
import io.millrace.standalone.operations.letters.LetterDesk;
import io.millrace.standalone.operations.letters.LetterRecord;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Prints dead letters, for people and for programs. */
final class LetterView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final int limit;

    /** @param limit how many letters a list names */
    LetterView(PrintStream out, int limit) {
        this.out = out;
        this.limit = limit;
    }

    /** Counts by cause, then the first letters themselves. */
    void list(List<Letter> letters, long settled, boolean json) {
        List<LetterBook.CauseCount> causes = LetterBook.causes(letters);
        if (json) {
            listJson(letters, settled, causes);
            return;
        }
        out.println(letters.size() + " dead letters listed; " + settled + " of all that match are settled");
        if (letters.isEmpty()) {
            return;
        }
        String form = "%-" + width("CAUSE", causes, LetterBook.CauseCount::cause) + "s  %-"
                + width("TOPIC", causes, LetterBook.CauseCount::topic) + "s  %-"
                + width("SERVICE", causes, LetterBook.CauseCount::service) + "s  %7s  %-20s  %s%n";
        out.printf(form, "CAUSE", "TOPIC", "SERVICE", "COUNT", "FIRST", "LAST");
        causes.forEach(each -> out.printf(
                form,
                each.cause(),
                each.topic(),
                each.service(),
                each.count(),
                time(each.firstMs()),
                time(each.lastMs())));
        out.println();
        letters.stream().limit(limit).forEach(this::line);
        if (letters.size() > limit) {
            out.println("… and " + (letters.size() - limit) + " more; --limit N shows more");
        }
    }

    private static int width(
            String title, List<LetterBook.CauseCount> causes, Function<LetterBook.CauseCount, String> column) {
        return causes.stream().map(column).mapToInt(String::length).reduce(title.length(), Math::max);
    }

    private void line(Letter letter) {
        out.println(letter.id() + "  " + time(letter.atMs()) + "  " + letter.cause() + ": " + letter.message()
                + settlement(letter));
    }

    private static String settlement(Letter letter) {
        return letter.settlement()
                .map(by -> "  [" + by.action().text() + " by " + by.by() + " at " + time(by.atMs())
                        + (by.reason().isEmpty() ? "" : ": " + by.reason()) + "]")
                .orElse("");
    }

    private void listJson(List<Letter> letters, long settled, List<LetterBook.CauseCount> causes) {
        ObjectNode all = JSON.createObjectNode().put("count", letters.size()).put("settled", settled);
        ArrayNode counts = all.putArray("causes");
        causes.forEach(each -> counts.addObject()
                .put("cause", each.cause())
                .put("topic", each.topic())
                .put("service", each.service())
                .put("count", each.count())
                .put("first", time(each.firstMs()))
                .put("last", time(each.lastMs())));
        ArrayNode named = all.putArray("letters");
        letters.stream().limit(limit).forEach(letter -> named.add(json(letter)));
        out.println(all);
    }

    /** Everything about one letter. */
    void show(LetterRecord record, boolean json) {
        if (json) {
            out.println(withRecord(record).put("decoded", record.describe()));
            return;
        }
        Letter letter = record.letter();
        out.println("id       " + letter.id());
        out.println("at       " + time(letter.atMs()));
        out.println("service  " + letter.service());
        out.println("cause    " + letter.cause() + ": " + letter.message());
        out.println("streams  " + String.join(", ", letter.streams()));
        out.println("state    "
                + (letter.settlement().isEmpty() ? "waits" : settlement(letter).strip()));
        out.println("key      " + text(bytes(record.key())));
        out.println("headers");
        record.headers().forEach(header -> out.println("  " + header.key() + ": " + text(header.value())));
        out.println("value");
        record.describe().lines().forEach(line -> out.println("  " + line));
    }

    /** What became of one letter. */
    void handled(LetterDesk.Handled handled, String done, boolean json) {
        Letter letter = handled.letter();
        if (json) {
            out.println(JSON.createObjectNode()
                    .put("id", letter.id())
                    .put("result", handled.refusal().isEmpty() ? done : "refused")
                    .put("reason", handled.refusal().orElse(null)));
        } else {
            out.println(letter.id() + "  "
                    + handled.refusal().map(reason -> "refused: " + reason).orElse(done));
        }
    }

    /** Each with its bytes, so that nothing is lost by a discard. */
    static void export(PrintStream to, List<LetterRecord> records) {
        records.forEach(record -> to.println(withRecord(record)));
        to.flush();
    }

    private static ObjectNode withRecord(LetterRecord record) {
        ObjectNode json = json(record.letter());
        ArrayNode headers = json.putArray("headers");
        for (Header header : record.headers()) {
            headers.addObject().put("name", header.key()).put("value", text(header.value()));
        }
        return json.put("key", base64(record.key())).put("value", base64(record.value()));
    }

    private static ObjectNode json(Letter letter) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", letter.id())
                .put("topic", letter.source().topic())
                .put("partition", letter.source().partition())
                .put("offset", letter.source().offset())
                .put("at", time(letter.atMs()))
                .put("service", letter.service())
                .put("cause", letter.cause())
                .put("message", letter.message());
        ArrayNode streams = json.putArray("streams");
        letter.streams().forEach(streams::add);
        letter.settlement()
                .ifPresent(by -> json.putObject("settlement")
                        .put("action", by.action().text())
                        .put("by", by.by())
                        .put("reason", by.reason())
                        .put("at", time(by.atMs())));
        return json;
    }

    private static @Nullable String base64(@Nullable ByteString bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static byte @Nullable [] bytes(@Nullable ByteString bytes) {
        return bytes == null ? null : bytes.toByteArray();
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "none" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static String time(long atMs) {
        return Instant.ofEpochMilli(atMs)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString()
                .toUpperCase(Locale.ROOT);
    }
}
