package io.millrace.standalone.operations.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.millrace.schemas.Ids;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CommitAppend;
import io.millrace.schemas.v1.Control;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.ExpandFile;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.ReleasePart;
import io.millrace.schemas.v1.StreamEvent;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads records of any topic of the project as their topic means them. */
public final class RecordContent {
    /** What the names of all lanes begin with. */
    public static final String LANES = "millrace.requests.";

    private static final int SHOWN_BYTES = 512;

    private RecordContent() {}

    /** Whether the topic is a lane. */
    public static boolean isLane(String topic) {
        return topic.startsWith(LANES);
    }

    /**
     * The jobs, calls or sessions that a record concerns.
     *
     * @param key the record's key as text
     */
    public static Set<String> streams(String topic, String key, String tenant) {
        if (topic.equals(Topics.CHUNKS) || topic.equals(Topics.LINKS)) {
            return Ids.isValid(Ids.FILE, key) ? Set.of(Ids.jobOfUpload(tenant, key)) : Set.of();
        }
        String stream = key.startsWith(Ids.REQUEST) ? Ids.streamOfRequest(key) : key;
        return stream.isEmpty() ? Set.of() : Set.of(stream);
    }

    /** The requests that a record of a lane holds, one by one; none if it cannot be read. */
    public static List<InferenceRequest> requests(byte[] value) {
        try {
            InferenceRequest record = InferenceRequest.parseFrom(value);
            return record.getStream().getId().isEmpty() ? List.of() : RequestRecords.each(record);
        } catch (InvalidProtocolBufferException e) {
            return List.of();
        }
    }

    /** The value for a reader: the message in Protobuf's text form, or what is wrong with it and its first bytes. */
    public static String describe(String topic, Optional<RecordKind> kind, byte[] value) {
        try {
            return message(topic, kind, value)
                    .map(message -> TextFormat.printer().escapingNonAscii(false).printToString(message))
                    .orElseGet(() -> bytes(value));
        } catch (InvalidProtocolBufferException e) {
            return "cannot be decoded: " + e.getMessage() + "\n" + bytes(value);
        }
    }

    /** The message that a record of this topic and kind holds; empty where it is bytes or nobody knows. */
    public static Optional<Message> message(String topic, Optional<RecordKind> kind, byte[] value)
            throws InvalidProtocolBufferException {
        if (isLane(topic)) {
            return Optional.of(InferenceRequest.parseFrom(value));
        }
        return switch (topic) {
            case Topics.RESULTS_JOBS, Topics.RESULTS_CALLS -> Optional.of(StreamEvent.parseFrom(value));
            case Topics.DELTAS -> Optional.of(Delta.parseFrom(value));
            case Topics.CONTROL -> Optional.of(Control.parseFrom(value));
            case Topics.CHUNKS, Topics.LINKS -> kind.isEmpty() ? Optional.empty() : upload(kind.get(), value);
            default -> Optional.empty();
        };
    }

    private static Optional<Message> upload(RecordKind kind, byte[] value) throws InvalidProtocolBufferException {
        return switch (kind) {
            case DATA -> Optional.empty();
            case OPEN -> Optional.of(UploadOpen.parseFrom(value));
            case COMMIT_APPEND -> Optional.of(CommitAppend.parseFrom(value));
            case COMPLETE -> Optional.of(UploadComplete.parseFrom(value));
            case CANCEL -> Optional.of(UploadCancel.parseFrom(value));
            case LINK -> Optional.of(LinkPart.parseFrom(value));
            case EXPAND -> Optional.of(ExpandFile.parseFrom(value));
            case PART_COMPLETE -> Optional.of(PartComplete.parseFrom(value));
            case RELEASE_PART -> Optional.of(ReleasePart.parseFrom(value));
        };
    }

    private static String bytes(byte[] value) {
        int shown = Math.min(SHOWN_BYTES, value.length);
        String more = shown < value.length ? " …" : "";
        return value.length + " bytes: \"" + TextFormat.escapeBytes(ByteString.copyFrom(value, 0, shown)) + "\"" + more;
    }
}
