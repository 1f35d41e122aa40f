package io.millrace.assembler.topology;

import io.millrace.schemas.v1.UploadState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The key of a file in the list of its tenant, newest first: tenant, zero, inverted time of creation, id.
 *
 * @param createdAtMs when its upload was opened
 */
record FileKey(EntityKey file, long createdAtMs) {
    static FileKey of(EntityKey file, UploadState state) {
        return new FileKey(file, state.getOpen().getCreatedAtMs());
    }

    byte[] bytes() {
        byte[] tenant = first(file.tenant());
        byte[] id = file.id().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(tenant.length + Long.BYTES + id.length)
                .put(tenant)
                .putLong(Long.MAX_VALUE - Math.max(0, createdAtMs))
                .put(id)
                .array();
    }

    /** Not larger than any key of the tenant. */
    static byte[] first(String tenant) {
        return (tenant + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** Larger than all keys of the tenant. */
    static byte[] last(String tenant) {
        return (tenant + '\1').getBytes(StandardCharsets.UTF_8);
    }

    static EntityKey file(String tenant, byte[] key) {
        int from = first(tenant).length + Long.BYTES;
        return new EntityKey(tenant, new String(key, from, key.length - from, StandardCharsets.UTF_8));
    }
}
