package io.millrace.standalone.explain;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells an upload's life from its records in the topic of chunks. */
final class UploadLife {
    private final List<Life.Step> steps = new ArrayList<>();
    /** Where stretches of bytes begin and end. */
    private final TreeMap<Long, Long> stretches = new TreeMap<>();

    private OptionalLong length = OptionalLong.empty();
    private @Nullable Sighting firstBytes;
    private @Nullable Sighting lastBytes;
    private long bytes;
    private int pieces;
    private int parts;
    private boolean opened;
    private boolean completed;
    private String ended = "";

    /** The life of the upload to which these records belong, in the order of the log. */
    static Life of(String id, List<Sighting> records) {
        UploadLife life = new UploadLife();
        records.forEach(life::add);
        return life.told(id);
    }

    private void add(Sighting seen) {
        seen.kind().ifPresentOrElse(kind -> add(seen, kind), () -> step(seen, "a record that says no kind"));
    }

    private void add(Sighting seen, RecordKind kind) {
        try {
            switch (kind) {
                case OPEN -> opened(seen, UploadOpen.parseFrom(seen.value()));
                case DATA -> data(seen);
                case COMMIT_APPEND -> step(seen, "an append with a checksum is verified and counts");
                case COMPLETE -> completed(seen, UploadComplete.parseFrom(seen.value()));
                case CANCEL -> {
                    UploadCancel cancel = UploadCancel.parseFrom(seen.value());
                    ended = "gone: "
                            + cancel.getCause()
                                    .name()
                                    .substring("CANCEL_CAUSE_".length())
                                    .toLowerCase(Locale.ROOT);
                    step(seen, ended);
                }
                case LINK -> step(seen, "is part of another upload");
                case EXPAND ->
                    step(
                            seen,
                            "its lines are to become requests of "
                                    + ExpandFile.parseFrom(seen.value()).getJobId());
                case PART_COMPLETE, RELEASE_PART -> step(seen, "about its parts");
            }
        } catch (InvalidProtocolBufferException e) {
            step(seen, "a record that cannot be read");
        }
    }

    private void opened(Sighting seen, UploadOpen open) {
        opened = true;
        parts = open.getPartsCount();
        length = open.hasLength() ? OptionalLong.of(open.getLength()) : OptionalLong.empty();
        step(
                seen,
                "opened over "
                        + open.getProtocol()
                                .name()
                                .substring("UPLOAD_PROTOCOL_".length())
                                .toLowerCase(Locale.ROOT)
                        + (length.isPresent()
                                ? ", " + length.getAsLong() + " bytes announced"
                                : ", length not known yet")
                        + (open.hasJob() ? ", starts the job " + open.getJob().getJobId() : ""));
    }

    private void data(Sighting seen) {
        firstBytes = firstBytes == null ? seen : firstBytes;
        lastBytes = seen;
        pieces++;
        bytes += seen.value().size();
        long from = number(seen.headers().get(ChunkHeaders.OFFSET));
        stretches.merge(from, from + seen.value().size(), Math::max);
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void completed(Sighting seen, UploadComplete complete) {
        if (complete.hasLength()) {
            length = OptionalLong.of(complete.getLength());
        }
        if (complete.getPartsCount() > 0) {
            parts = complete.getPartsCount();
        }
        completed = true;
        step(seen, "its end was declared" + (length.isPresent() ? " at byte " + length.getAsLong() : ""));
    }

    private void step(Sighting seen, String what) {
        steps.add(Life.Step.of(seen, what));
    }

    private long contiguous() {
        long there = 0;
        for (var stretch : stretches.entrySet()) {
            if (stretch.getKey() > there) {
                break;
            }
            there = Math.max(there, stretch.getValue());
        }
        return there;
    }

    private Life told(String id) {
        if (firstBytes != null && lastBytes != null) {
            steps.add(new Life.Step(
                    firstBytes.atMs(),
                    lastBytes.atMs(),
                    firstBytes.place(),
                    bytes + " bytes came in " + pieces + " records, " + contiguous()
                            + " from the beginning without a gap"));
        }
        return new Life(id, steps, state(), waitsFor());
    }

    private boolean whole() {
        return length.isPresent() && contiguous() >= length.getAsLong();
    }

    private String state() {
        if (!opened) {
            return "unknown: no record opens it, or that is no longer kept";
        }
        if (!ended.isEmpty()) {
            return ended;
        }
        if (parts > 0) {
            return "composed of " + parts + " uploads";
        }
        return whole() ? "all bytes are there" : "open, " + contiguous() + " bytes are there";
    }

    private String waitsFor() {
        if (!opened || !ended.isEmpty() || whole()) {
            return "";
        }
        if (parts > 0) {
            return "its parts, unless they are complete: explain each of them";
        }
        if (length.isPresent()) {
            return "its client, to send " + (length.getAsLong() - contiguous()) + " more bytes";
        }
        return completed ? "bytes before those that came" : "its client, to send more bytes or declare the end";
    }
}
