package io.millrace.assembler.query;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.millrace.assembler.topology.StoredFiles;
import io.millrace.schemas.v1.FileList;
import io.millrace.schemas.v1.TenantUsage;
import io.millrace.schemas.v1.UploadState;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A question whose answer is put together from all partitions.
 *
 * @param path under which other instances answer their share of it, with query
 * @param ask asks one partition
 * @param parser reads another instance's answer
 * @param merge makes one answer of some
 */
record TenantQuestion<T extends MessageLite>(
        String path, Function<StoredFiles, T> ask, Parser<T> parser, Function<List<T>, T> merge) {
    static TenantQuestion<FileList> files(String path, StoredFiles.Query query) {
        return new TenantQuestion<>(
                path, stored -> stored.list(query), FileList.parser(), lists -> merge(query, lists));
    }

    static TenantQuestion<TenantUsage> usage(String path, String tenant) {
        return new TenantQuestion<>(path, stored -> stored.usage(tenant), TenantUsage.parser(), TenantQuestion::sum);
    }

    T parse(byte[] answer) {
        try {
            return parser.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("another instance's answer cannot be read", e);
        }
    }

    private static FileList merge(StoredFiles.Query query, List<FileList> lists) {
        List<UploadState> all = lists.stream()
                .flatMap(list -> list.getFilesList().stream())
                .sorted(query.order())
                .toList();
        boolean more = all.size() > query.limit() || lists.stream().anyMatch(FileList::getMore);
        return FileList.newBuilder()
                .addAllFiles(all.subList(0, Math.min(all.size(), query.limit())))
                .setMore(more)
                .build();
    }

    private static TenantUsage sum(List<TenantUsage> shares) {
        return TenantUsage.newBuilder()
                .setOpenUploads(sum(shares, TenantUsage::getOpenUploads))
                .setOpenBytes(sum(shares, TenantUsage::getOpenBytes))
                .setOpenUploadsOfAll(sum(shares, TenantUsage::getOpenUploadsOfAll))
                .setOpenBytesOfAll(sum(shares, TenantUsage::getOpenBytesOfAll))
                .build();
    }

    private static long sum(List<TenantUsage> shares, ToLongFunction<TenantUsage> of) {
        return shares.stream().mapToLong(of).sum();
    }
}
