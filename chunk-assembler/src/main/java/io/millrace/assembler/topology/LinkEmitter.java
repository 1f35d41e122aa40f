package io.millrace.assembler.topology;

import com.google.protobuf.MessageLite;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.topology.Emitted.LinkMessage;
import io.millrace.assembler.topology.PartStore.Link;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.ReleasePart;
import io.millrace.schemas.v1.UploadState;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Writes what parts and composed uploads have to tell each other, in the transaction of what it follows from. */
final class LinkEmitter {
    private static final int PIECES_PER_MESSAGE = 4096;

    private final ProcessorContext<byte[], Emitted> context;
    private final StoredUploads uploads;

    LinkEmitter(ProcessorContext<byte[], Emitted> context, StoredUploads uploads) {
        this.context = context;
        this.uploads = uploads;
    }

    /** To all parts: tell me when you are complete. */
    void link(EntityKey composed, UploadState state, long atMs) {
        for (int index = 0; index < state.getOpen().getPartsCount(); index++) {
            EntityKey part = new EntityKey(composed.tenant(), state.getOpen().getParts(index));
            LinkPart message = LinkPart.newBuilder()
                    .setTenant(composed.tenant())
                    .setPartUploadId(part.id())
                    .setComposedUploadId(composed.id())
                    .setIndex(index)
                    .build();
            forward(part, RecordKind.LINK, message, atMs);
        }
    }

    /** To all parts: I do not need you any more. */
    void release(EntityKey composed, UploadState state, long atMs) {
        for (String part : List.copyOf(new LinkedHashSet<>(state.getOpen().getPartsList()))) {
            release(composed, new EntityKey(composed.tenant(), part), atMs);
        }
    }

    private void release(EntityKey composed, EntityKey part, long atMs) {
        ReleasePart message = ReleasePart.newBuilder()
                .setTenant(composed.tenant())
                .setPartUploadId(part.id())
                .setComposedUploadId(composed.id())
                .build();
        forward(part, RecordKind.RELEASE_PART, message, atMs);
    }

    /** To a composed upload: this part is complete, and here it lies. */
    void complete(EntityKey part, UploadState state, Link link, long atMs) {
        long position = 0;
        boolean more;
        do {
            List<PlacedPiece> pieces =
                    position < state.getLength() ? uploads.from(part, position, PIECES_PER_MESSAGE) : List.of();
            FileManifest.Builder manifest = FileManifest.newBuilder()
                    .setTenant(part.tenant())
                    .setUploadId(part.id())
                    .setLength(state.getLength());
            pieces.forEach(piece -> manifest.addPieces(uploads.reference(piece)));
            long end = pieces.isEmpty() ? state.getLength() : pieces.getLast().end();
            more = end < state.getLength();
            PartComplete message = message(link)
                    .setPart(manifest)
                    .setPosition(position)
                    .setMore(more)
                    .build();
            forward(link.composed(), RecordKind.PART_COMPLETE, message, atMs);
            position = end;
        } while (more);
    }

    /** To a composed upload: this part will never be complete. */
    void failed(Link link, ErrorCode code, String message, long atMs) {
        PartComplete failure = message(link)
                .setFailureCode(code.code())
                .setFailureMessage(message)
                .build();
        forward(link.composed(), RecordKind.PART_COMPLETE, failure, atMs);
    }

    private static PartComplete.Builder message(Link link) {
        return PartComplete.newBuilder()
                .setTenant(link.composed().tenant())
                .setComposedUploadId(link.composed().id())
                .setIndex(link.index());
    }

    private void forward(EntityKey to, RecordKind kind, MessageLite message, long atMs) {
        Headers headers = new RecordHeaders();
        ChunkHeaders.put(headers, ChunkHeaders.KIND, kind.headerValue());
        ChunkHeaders.put(headers, ChunkHeaders.TENANT, to.tenant());
        context.forward(
                new Record<>(to.id().getBytes(StandardCharsets.UTF_8), new LinkMessage(message), atMs, headers),
                AssemblerTopology.LINKS);
    }
}
