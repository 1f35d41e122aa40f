package io.millrace.assembler.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The key of an upload or a job in a store: tenant, zero, id. Neither part contains a zero byte.
 *
 * @param tenant who owns it
 * @param id of the upload or job
 */
public record EntityKey(String tenant, String id) {
    private static final byte SEPARATOR = 0;

    /** The key as it stands in a store. */
    public byte[] bytes() {
        return (tenant + '\0' + id).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads {@link #bytes} back. */
    static EntityKey parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int separator = text.indexOf(SEPARATOR);
        return new EntityKey(text.substring(0, separator), text.substring(separator + 1));
    }

    /** The key of something at a position of this; positions sort as numbers. */
    byte[] at(long position) {
        byte[] prefix = bytes();
        return ByteBuffer.allocate(prefix.length + 1 + Long.BYTES)
                .put(prefix)
                .put(SEPARATOR)
                .putLong(position)
                .array();
    }

    /** The key of something of this that is told by these bytes. */
    byte[] with(byte[] suffix) {
        byte[] prefix = bytes();
        return ByteBuffer.allocate(prefix.length + 1 + suffix.length)
                .put(prefix)
                .put(SEPARATOR)
                .put(suffix)
                .array();
    }

    /** The smallest key of anything of this. */
    byte[] first() {
        return with(new byte[0]);
    }

    /** A key larger than that of anything of this, and smaller than that of anything else. */
    byte[] last() {
        byte[] key = bytes();
        return ByteBuffer.allocate(key.length + 1).put(key).put((byte) 1).array();
    }

    /** The position in a key made by {@link #at}. */
    static long position(byte[] key) {
        return ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES).getLong();
    }
}
