package io.millrace.assembler.topology;

import io.millrace.assembler.core.PlacedPiece;
import io.millrace.schemas.v1.PartState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** Which uploads of one partition are parts of others, and what is known of the parts of its own. For the stream thread alone. */
final class PartStore {
    /** A composed upload, and which of its parts is meant. */
    record Link(EntityKey composed, int index) {}

    private static final byte[] MARK = {1};

    private final KeyValueStore<byte[], byte[]> links;
    private final KeyValueStore<byte[], PartState> parts;
    private final UploadStore uploads;

    PartStore(ProcessorContext<?, ?> context, UploadStore uploads) {
        links = context.getStateStore(StateStores.LINKS);
        parts = context.getStateStore(StateStores.PARTS);
        this.uploads = uploads;
    }

    /** Notes a link; false if it is known. */
    boolean link(EntityKey part, Link link) {
        return links.putIfAbsent(key(part, link), MARK) == null;
    }

    /** The composed uploads of which this is a part. */
    List<Link> links(EntityKey part) {
        int prefix = part.first().length;
        List<Link> found = new ArrayList<>();
        for (KeyValue<byte[], byte[]> entry : StoreRanges.some(links, part.first(), part.last(), Integer.MAX_VALUE)) {
            int idLength = entry.key.length - prefix - Integer.BYTES;
            String composed = new String(entry.key, prefix, idLength, StandardCharsets.UTF_8);
            int index =
                    ByteBuffer.wrap(entry.key, prefix + idLength, Integer.BYTES).getInt();
            found.add(new Link(new EntityKey(part.tenant(), composed), index));
        }
        return found;
    }

    void unlink(EntityKey part, Link link) {
        links.delete(key(part, link));
    }

    PartState part(Link link) {
        return Optional.ofNullable(parts.get(link.composed().at(link.index()))).orElse(PartState.getDefaultInstance());
    }

    /** Keeps where more of a part lies, until all parts are there. */
    void put(Link link, PartState state, List<PlacedPiece> pieces) {
        uploads.place(staged(link), pieces);
        parts.put(link.composed().at(link.index()), state);
    }

    /** Makes some of a part's pieces those of the whole upload, of which the part begins at this byte; returns how many. */
    int move(Link link, long begin, int most) {
        EntityKey staged = staged(link);
        List<PlacedPiece> some = uploads.stored().some(staged, most);
        uploads.place(
                link.composed(),
                some.stream()
                        .map(piece -> new PlacedPiece(
                                begin + piece.position(),
                                piece.partition(),
                                piece.recordOffset(),
                                piece.skip(),
                                piece.length()))
                        .toList());
        uploads.remove(staged, some);
        return some.size();
    }

    /** Forgets some of what is known of an upload's parts; returns how many entries it were. */
    int deleteParts(EntityKey composed, int most) {
        int deleted = 0;
        for (KeyValue<byte[], PartState> entry :
                StoreRanges.some(parts, composed.first(), composed.last(), Integer.MAX_VALUE)) {
            Link link = new Link(composed, (int) EntityKey.position(entry.key));
            deleted += uploads.deletePieces(staged(link), most - deleted);
            if (deleted >= most) {
                return deleted;
            }
            parts.delete(entry.key);
            deleted++;
        }
        return Math.min(deleted, most - 1);
    }

    /** No id contains a slash. */
    private static EntityKey staged(Link link) {
        return new EntityKey(link.composed().tenant(), link.composed().id() + "/" + link.index());
    }

    private static byte[] key(EntityKey part, Link link) {
        byte[] composed = link.composed().id().getBytes(StandardCharsets.UTF_8);
        return part.with(ByteBuffer.allocate(composed.length + Integer.BYTES)
                .put(composed)
                .putInt(link.index())
                .array());
    }
}
