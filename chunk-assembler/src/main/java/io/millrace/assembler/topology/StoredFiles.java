package io.millrace.assembler.topology;

import io.millrace.schemas.v1.FileList;
import io.millrace.schemas.v1.TenantUsage;
import io.millrace.schemas.v1.UploadState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** What the tenants have in one partition, for queries. */
public final class StoredFiles {
    /**
     * Which files are asked for.
     *
     * @param descending newest first
     * @param after the file before the first one that is wanted; absent for the beginning
     * @param afterCreatedMs when that was created
     * @param purpose that they have; empty for any
     * @param limit most files
     */
    public record Query(
            String tenant, boolean descending, @Nullable String after, long afterCreatedMs, String purpose, int limit) {
        /** The order in which they are wanted. */
        public Comparator<UploadState> order() {
            // As the keys sort: the time is inverted, and the id is not.
            Comparator<UploadState> newestFirst = Comparator.<UploadState>comparingLong(
                            file -> -file.getOpen().getCreatedAtMs())
                    .thenComparing(file -> file.getOpen().getUploadId());
            return descending ? newestFirst : newestFirst.reversed();
        }
    }

    private final ReadOnlyKeyValueStore<byte[], UploadState> uploads;
    private final ReadOnlyKeyValueStore<byte[], byte[]> files;
    private final ReadOnlyKeyValueStore<byte[], byte[]> open;

    private StoredFiles(
            ReadOnlyKeyValueStore<byte[], UploadState> uploads,
            ReadOnlyKeyValueStore<byte[], byte[]> files,
            ReadOnlyKeyValueStore<byte[], byte[]> open) {
        this.uploads = uploads;
        this.files = files;
        this.open = open;
    }

    /**
     * Those of a partition that this instance owns.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException if it does not, or not yet
     */
    public static StoredFiles of(KafkaStreams streams, int partition) {
        return new StoredFiles(
                store(streams, StateStores.UPLOADS, partition),
                store(streams, StateStores.FILES, partition),
                store(streams, StateStores.OPEN, partition));
    }

    private static <V> ReadOnlyKeyValueStore<byte[], V> store(KafkaStreams streams, String name, int partition) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<byte[], V>keyValueStore())
                .withPartition(partition));
    }

    /** The complete files. */
    public FileList list(Query query) {
        FileList.Builder list = FileList.newBuilder();
        byte @Nullable [] after = query.after() == null
                ? null
                : new FileKey(new EntityKey(query.tenant(), query.after()), query.afterCreatedMs()).bytes();
        try (KeyValueIterator<byte[], byte[]> entries = range(query, after)) {
            while (entries.hasNext()) {
                KeyValue<byte[], byte[]> entry = entries.next();
                if (Arrays.equals(entry.key, after) || !hasPurpose(query, entry.value)) {
                    continue;
                }
                @Nullable
                UploadState file =
                        uploads.get(FileKey.file(query.tenant(), entry.key).bytes());
                if (file == null) {
                    continue;
                }
                if (list.getFilesCount() == query.limit()) {
                    return list.setMore(true).build();
                }
                list.addFiles(file);
            }
        }
        return list.build();
    }

    private KeyValueIterator<byte[], byte[]> range(Query query, byte @Nullable [] after) {
        byte[] first = FileKey.first(query.tenant());
        byte[] last = FileKey.last(query.tenant());
        return query.descending()
                ? files.range(after == null ? first : after, last)
                : files.reverseRange(first, after == null ? last : after);
    }

    private static boolean hasPurpose(Query query, byte[] purpose) {
        return query.purpose().isEmpty() || query.purpose().equals(new String(purpose, StandardCharsets.UTF_8));
    }

    /** What the tenant has open, and all have. */
    public TenantUsage usage(String tenant) {
        TenantUsage.Builder usage = TenantUsage.newBuilder();
        forEachOpen(upload -> {
            long bytes = bytes(upload);
            usage.setOpenUploadsOfAll(usage.getOpenUploadsOfAll() + 1)
                    .setOpenBytesOfAll(usage.getOpenBytesOfAll() + bytes);
            if (upload.getOpen().getTenant().equals(tenant)) {
                usage.setOpenUploads(usage.getOpenUploads() + 1).setOpenBytes(usage.getOpenBytes() + bytes);
            }
        });
        return usage.build();
    }

    /** All open uploads of the partition, of all tenants. */
    public void forEachOpen(Consumer<UploadState> action) {
        try (KeyValueIterator<byte[], byte[]> entries = open.all()) {
            while (entries.hasNext()) {
                @Nullable UploadState state = uploads.get(entries.next().key);
                if (state != null) {
                    action.accept(state);
                }
            }
        }
    }

    private static long bytes(UploadState state) {
        long announced = state.hasLength() ? state.getLength() : state.getOpen().getAnnouncedLength();
        return Math.max(announced, state.getCovered());
    }
}
