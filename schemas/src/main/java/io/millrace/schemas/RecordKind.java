package io.millrace.schemas;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a record of the chunk topic, or of the topic of links, is; stands in its {@link ChunkHeaders#KIND} header. */
public enum RecordKind {
    /** Bytes of an upload. */
    DATA,
    /** An upload begins. */
    OPEN,
    /** The provisional data records of one append count from here on. */
    COMMIT_APPEND,
    /** No more bytes will come. */
    COMPLETE,
    /** The upload or file is gone. */
    CANCEL,
    /** A composed upload wants to hear of this part's completion. */
    LINK,
    /** Turn the file's lines into requests of a job. */
    EXPAND,
    /** A part is complete, or never will be. Only in the topic of links. */
    PART_COMPLETE,
    /** A composed upload does not need a part any more. Only in the topic of links. */
    RELEASE_PART;

    private static final Map<String, RecordKind> BY_HEADER =
            Arrays.stream(values()).collect(Collectors.toMap(RecordKind::headerValue, Function.identity()));

    /** The header's value: lower case, words joined by a hyphen. */
    public String headerValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind that a header's value names, if any. */
    public static Optional<RecordKind> fromHeader(String value) {
        return Optional.ofNullable(BY_HEADER.get(value));
    }
}
