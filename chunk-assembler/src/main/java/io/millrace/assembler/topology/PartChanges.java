package io.millrace.assembler.topology;

import io.millrace.assembler.core.ChunkRecord;
import io.millrace.assembler.core.Decision;
import io.millrace.assembler.core.PlacedPiece;
import io.millrace.assembler.core.UploadComposition;
import io.millrace.assembler.topology.PartStore.Link;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.LinkPart;
import io.millrace.schemas.v1.PartComplete;
import io.millrace.schemas.v1.PartState;
import io.millrace.schemas.v1.ReleasePart;
import io.millrace.schemas.v1.UploadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What parts and the uploads composed of them do to each other, on both sides. For the stream thread alone. */
final class PartChanges {
    private final UploadStore uploads;
    private final PartStore parts;
    private final LinkEmitter emitter;
    private final PendingWork pending;
    private final UploadChanges changes;

    PartChanges(UploadStore uploads, PartStore parts, LinkEmitter emitter, PendingWork pending, UploadChanges changes) {
        this.uploads = uploads;
        this.parts = parts;
        this.emitter = emitter;
        this.pending = pending;
        this.changes = changes;
    }

    /**
     * Applies a record about a part.
     *
     * @param fromOwner whether the owner of the other upload wrote it, in the topic of links, and not an edge among the chunks
     */
    void apply(ChunkRecord.OfPart record, boolean fromOwner, long atMs) {
        switch (record) {
            case ChunkRecord.Link link -> linked(link.message(), fromOwner, atMs);
            case ChunkRecord.Part part -> told(part.message(), atMs);
            case ChunkRecord.Release release -> released(release.message());
        }
    }

    private void linked(LinkPart message, boolean fromOwner, long atMs) {
        EntityKey part = new EntityKey(message.getTenant(), message.getPartUploadId());
        Link link = new Link(new EntityKey(message.getTenant(), message.getComposedUploadId()), message.getIndex());
        @Nullable UploadState state = uploads.find(part);
        if (state == null && fromOwner) {
            // The topics have no order between them, so the part's own records may be yet to come: then it tells of
            // itself.
            parts.link(part, link);
            return;
        }
        if (state == null) {
            emitter.failed(link, ErrorCode.UPLOAD_NOT_FOUND, "there is no such upload", atMs);
            return;
        }
        if (UploadComposition.isComposed(state)) {
            emitter.failed(link, ErrorCode.INVALID_REQUEST, "a composed upload cannot be a part", atMs);
            return;
        }
        switch (state.getStatus()) {
            case UPLOAD_STATUS_CANCELLED, UPLOAD_STATUS_EXPIRED, UPLOAD_STATUS_FAILED ->
                emitter.failed(link, ErrorCode.UPLOAD_GONE, "the upload is gone", atMs);
            case UPLOAD_STATUS_OPEN, UPLOAD_STATUS_VERIFYING -> pin(part, state, link);
            case UPLOAD_STATUS_COMPLETE -> {
                // What an edge's link brought about may have come before the other upload knew of its parts, and was
                // ignored.
                if (pin(part, state, link) || fromOwner) {
                    emitter.complete(part, state, link, atMs);
                }
            }
            case UPLOAD_STATUS_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    /** From here on the part stays; false if it knew of this link. */
    private boolean pin(EntityKey part, UploadState state, Link link) {
        boolean news = parts.link(part, link);
        if (!state.getPinned()) {
            uploads.put(part, state.toBuilder().setPinned(true).build(), List.of());
        }
        return news;
    }

    private void told(PartComplete said, long atMs) {
        Link link = new Link(new EntityKey(said.getTenant(), said.getComposedUploadId()), said.getIndex());
        @Nullable UploadState composed = uploads.find(link.composed());
        Optional<Decision.Ignored> unwanted = UploadComposition.unwanted(composed, said);
        if (composed == null || unwanted.isPresent()) {
            unwanted.ifPresent(ignored -> changes.take(link.composed(), composed, ignored, atMs));
            return;
        }
        if (!said.getFailureCode().isEmpty()) {
            changes.take(link.composed(), composed, UploadComposition.partFailed(composed, said, atMs), atMs);
            return;
        }
        PartState known = parts.part(link);
        Optional<PartState> next = UploadComposition.received(known, said);
        if (next.isEmpty()) {
            changes.take(link.composed(), composed, new Decision.Ignored(Decision.Reason.REPEATED), atMs);
            return;
        }
        parts.put(link, next.get(), placed(said));
        if (next.get().hasLength()) {
            Decision.Changed changed =
                    UploadComposition.partComplete(composed, next.get().getLength(), atMs);
            changes.take(link.composed(), composed, changed, atMs);
            if (UploadComposition.hasAllParts(changed.state())) {
                pending.add(PendingWork.Kind.COMPOSE, link.composed());
            }
        }
    }

    private static List<PlacedPiece> placed(PartComplete said) {
        List<PlacedPiece> pieces = new ArrayList<>();
        long position = said.getPosition();
        for (ChunkReference piece : said.getPart().getPiecesList()) {
            pieces.add(new PlacedPiece(
                    position, piece.getPartition(), piece.getOffset(), piece.getSkip(), piece.getLength()));
            position += piece.getLength();
        }
        return pieces;
    }

    private void released(ReleasePart message) {
        EntityKey part = new EntityKey(message.getTenant(), message.getPartUploadId());
        List<Link> left = new ArrayList<>();
        for (Link link : parts.links(part)) {
            if (link.composed().id().equals(message.getComposedUploadId())) {
                parts.unlink(part, link);
            } else {
                left.add(link);
            }
        }
        @Nullable UploadState state = uploads.find(part);
        if (state != null && state.getPinned() && left.isEmpty()) {
            uploads.put(part, state.toBuilder().setPinned(false).build(), List.of());
        }
    }
}
