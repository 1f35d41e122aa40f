package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Timer;
import io.millrace.schemas.v1.StreamKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How keys stand in the stores: texts end in a zero byte and numbers are big-endian, so that a range of numbers of one
 * stream, and of times, is a range of keys. The tenant comes first.
 */
final class StoreKeys {
    /** Ended streams stand behind all timers, so that they are not in the way of what is due. */
    private static final long RETENTION_BASE = 1L << 60;
    /** Webhooks stand behind those, because one who cannot be reached must not be in the way either. */
    private static final long WEBHOOK_BASE = 1L << 61;

    private StoreKeys() {}

    /** Tenant and stream. */
    static byte[] stream(StreamKey stream) {
        return prefix(stream, 0).array();
    }

    /** Tenant, stream, number: of a request, or of an event. */
    static byte[] numbered(StreamKey stream, long number) {
        return prefix(stream, Long.BYTES).putLong(number).array();
    }

    /** The number in such a key. */
    static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    /** Tenant, time inverted so that the newest comes first, job. */
    static byte[] index(String tenant, long createdMs, String id) {
        byte[] owner = tenant.getBytes(StandardCharsets.UTF_8);
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(owner.length + 1 + Long.BYTES + name.length)
                .put(owner)
                .put((byte) 0)
                .putLong(Long.MAX_VALUE - createdMs)
                .put(name)
                .array();
    }

    /** Beyond all such keys of a tenant. */
    static byte[] indexEnd(String tenant) {
        byte[] owner = tenant.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(owner.length + 1).put(owner).put((byte) 1).array();
    }

    /** The job in such a key. */
    static String indexed(byte[] key, String tenant) {
        int start = tenant.getBytes(StandardCharsets.UTF_8).length + 1 + Long.BYTES;
        return new String(key, start, key.length - start, StandardCharsets.UTF_8);
    }

    /** The time comes first here, because timers of all tenants are swept together. */
    static byte[] timer(Timer timer) {
        byte[] owner = numbered(timer.stream(), timer.item());
        return ByteBuffer.allocate(Long.BYTES + 1 + owner.length)
                .putLong(base(timer.purpose()) + timer.dueMs())
                .put(code(timer.purpose()))
                .put(owner)
                .array();
    }

    /** The beginning of the range of streams that are over. */
    static byte[] overFrom() {
        return ByteBuffer.allocate(Long.BYTES).putLong(RETENTION_BASE).array();
    }

    /** The end of the range of streams that were over before this time. */
    static byte[] overUntil(long endedBeforeMs) {
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(RETENTION_BASE + endedBeforeMs)
                .array();
    }

    /** The beginning of the range of webhooks. */
    static byte[] webhooksFrom() {
        return ByteBuffer.allocate(Long.BYTES).putLong(WEBHOOK_BASE).array();
    }

    /** The end of the range of webhooks of jobs that had ended by then. */
    static byte[] webhooksUntil(long endedBeforeMs) {
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(WEBHOOK_BASE + endedBeforeMs + 1)
                .array();
    }

    /** The end of the range of timers that are due. */
    static byte[] timersUntil(long nowMs) {
        return ByteBuffer.allocate(Long.BYTES).putLong(nowMs + 1).array();
    }

    /** The timer of a key. */
    static Timer timer(byte[] key, StreamKind kind) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        long time = bytes.getLong();
        Timer.Purpose purpose = purpose(bytes.get());
        long dueMs = time - base(purpose);
        String tenant = text(bytes);
        String id = text(bytes);
        return new Timer(dueMs, purpose, new StreamKey(tenant, kind, id), bytes.getLong());
    }

    private static long base(Timer.Purpose purpose) {
        return switch (purpose) {
            case DEADLINE, EXPANSION, REMOVAL -> 0;
            case RETENTION -> RETENTION_BASE;
            case WEBHOOK -> WEBHOOK_BASE;
        };
    }

    private static byte code(Timer.Purpose purpose) {
        return switch (purpose) {
            case DEADLINE -> 'd';
            case EXPANSION -> 'e';
            case RETENTION -> 'r';
            case REMOVAL -> 'x';
            case WEBHOOK -> 'w';
        };
    }

    private static Timer.Purpose purpose(byte code) {
        return switch (code) {
            case 'd' -> Timer.Purpose.DEADLINE;
            case 'e' -> Timer.Purpose.EXPANSION;
            case 'r' -> Timer.Purpose.RETENTION;
            case 'x' -> Timer.Purpose.REMOVAL;
            case 'w' -> Timer.Purpose.WEBHOOK;
            default -> throw new IllegalStateException("there is no timer of kind " + code);
        };
    }

    private static ByteBuffer prefix(StreamKey stream, int more) {
        byte[] tenant = stream.tenant().getBytes(StandardCharsets.UTF_8);
        byte[] id = stream.id().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(tenant.length + id.length + 2 + more)
                .put(tenant)
                .put((byte) 0)
                .put(id)
                .put((byte) 0);
    }

    private static String text(ByteBuffer bytes) {
        int start = bytes.position();
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        bytes.get(text).get();
        return new String(text, StandardCharsets.UTF_8);
    }
}
