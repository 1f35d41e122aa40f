package io.millrace.assembler.topology;

import io.millrace.assembler.core.UploadLife;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Keeps what uploads of one partition are found by, other than their ids. For the stream thread alone. */
final class UploadIndexes {
    private static final byte[] MARK = {1};

    private final KeyValueStore<byte[], byte[]> open;
    private final KeyValueStore<byte[], byte[]> files;

    private final EndedStore ended;
    private final UploadLife life;

    UploadIndexes(ProcessorContext<?, ?> context, EndedStore ended, UploadLife life) {
        this.ended = ended;
        this.life = life;
        open = context.getStateStore(StateStores.OPEN);
        files = context.getStateStore(StateStores.FILES);
    }

    /** An upload is there, has changed, or is forgotten. */
    void changed(EntityKey upload, @Nullable UploadState before, @Nullable UploadState after) {
        if (isOpen(before) != isOpen(after)) {
            put(open, upload.bytes(), isOpen(after) ? MARK : null);
        }
        if (after != null && isListed(after) && !isListed(before)) {
            put(files, FileKey.of(upload, after).bytes(), purpose(after));
        } else if (before != null && isListed(before) && !isListed(after)) {
            put(files, FileKey.of(upload, before).bytes(), null);
        }
        if (after != null && (before == null || before.getStatus() != after.getStatus())) {
            life.forgottenAt(after).ifPresent(atMs -> ended.add(atMs, upload));
        }
    }

    private static void put(KeyValueStore<byte[], byte[]> store, byte[] key, byte @Nullable [] value) {
        if (value == null) {
            store.delete(key);
        } else {
            store.put(key, value);
        }
    }

    private static boolean isOpen(@Nullable UploadState state) {
        return state != null
                && (state.getStatus() == UploadStatus.UPLOAD_STATUS_OPEN
                        || state.getStatus() == UploadStatus.UPLOAD_STATUS_VERIFYING);
    }

    /** Complete, and no mere part of something. */
    private static boolean isListed(@Nullable UploadState state) {
        return state != null
                && state.getStatus() == UploadStatus.UPLOAD_STATUS_COMPLETE
                && !state.getOpen().getPartial();
    }

    private static byte[] purpose(UploadState state) {
        return state.getOpen().getPurpose().getBytes(StandardCharsets.UTF_8);
    }
}
