package io.millrace.edge.ingest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The offsets that this edge itself reached, for the uploads that it saw last. They spare a question where the next append
 * goes on exactly there, and are never told to a client. Safe for use by several threads.
 */
final class OffsetHints {
    private final Map<Key, Upload> uploads;

    private record Key(String tenant, String id) {}

    OffsetHints(int capacity) {
        this.uploads = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Upload> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized Optional<Upload> find(String tenant, String id) {
        return Optional.ofNullable(uploads.get(new Key(tenant, id)));
    }

    /** Remembers how far an upload is; a later offset stays. */
    synchronized void reached(Upload upload) {
        uploads.merge(
                new Key(upload.tenant(), upload.id()),
                upload.remembered(),
                (known, now) -> now.offset() >= known.offset() ? now : known);
    }

    synchronized void forget(String tenant, String id) {
        uploads.remove(new Key(tenant, id));
    }
}
