package io.millrace.publisher.hub;

import io.millrace.publisher.core.LiveTexts;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.core.Tail;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from the stream threads to the subscribers. It wakes those who follow a stream; they take its events when they
 * can, from the tail that is held here or, when they are behind it, from the {@link EventLog}. So a slow one costs
 * nothing. Thread-safe.
 *
 * <p>Events come here before they are committed. That is right because numbers are a function of the log: what is read
 * again after a crash comes again under the same numbers, and is ignored.
 */
public final class Hub {
    private static final int TAIL_EVENTS = 256;
    private static final long TAIL_BYTES = 512 * 1024;

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final ConcurrentHashMap<StreamKey, Channel> channels = new ConcurrentHashMap<>();

    /** A hub whose tails together stay below this size. */
    public Hub(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Follows a stream.
     *
     * @param wake called on any thread when there are new events; must not block
     */
    public Feed follow(StreamKey stream, Runnable wake) {
        Channel channel = channels.compute(stream, (key, existing) -> {
            Channel one = existing == null ? new Channel() : existing;
            one.followers.add(wake);
            return one;
        });
        return new Feed(stream, channel, wake);
    }

    /** Events with numbers from this one on are stored. Called by the thread that processes the stream. */
    public void appended(StreamKey stream, long firstOffset, List<LoggedEvent> events) {
        @Nullable Channel channel = channels.get(stream);
        if (channel == null) {
            return;
        }
        channel.append(firstOffset, events);
        channel.followers.forEach(Runnable::run);
    }

    /** Whether somebody follows the stream now. */
    public boolean isFollowed(StreamKey stream) {
        return channels.containsKey(stream);
    }

    /** A piece of a result that is still being made; lost on a stream that nobody follows. On any thread. */
    public void delta(StreamKey stream, Delta delta) {
        @Nullable Channel channel = channels.get(stream);
        if (channel != null && channel.take(delta)) {
            channel.followers.forEach(Runnable::run);
        }
    }

    /** This instance has these streams no longer: those who follow them are woken to find out. */
    public void released(Predicate<StreamKey> streams) {
        channels.forEach((stream, channel) -> {
            if (streams.test(stream)) {
                channel.moved = true;
                channel.followers.forEach(Runnable::run);
            }
        });
    }

    /** The size of all tails together. */
    public long bytes() {
        return bytes.get();
    }

    /** What one follower sees of a stream. */
    public final class Feed implements AutoCloseable {
        private final StreamKey stream;
        private final Channel channel;
        private final Runnable wake;

        private Feed(StreamKey stream, Channel channel, Runnable wake) {
            this.stream = stream;
            this.channel = channel;
            this.wake = wake;
        }

        /** The offset that the stream's next event will have; -1 when none came since it is followed. */
        public long next() {
            return channel.next();
        }

        /** What is being made and was not told to the owner of this memory yet. */
        public List<Delta> deltas(LiveTexts.Memory memory) {
            return channel.deltas(memory);
        }

        /** Whether this instance has the stream no longer, so that nothing comes any more. */
        public boolean hasMoved() {
            return channel.moved;
        }

        /** At most {@code max} events from this offset on; none if they are not held here. */
        public List<NumberedEvent> read(long from, int max) {
            return channel.read(from, max);
        }

        /** Follows no longer. */
        @Override
        public void close() {
            channels.computeIfPresent(stream, (key, existing) -> {
                existing.followers.remove(wake);
                if (existing.followers.isEmpty()) {
                    existing.close();
                    return null;
                }
                return existing;
            });
        }
    }

    private final class Channel {
        private final Tail<NumberedEvent> tail = new Tail<>(TAIL_EVENTS, TAIL_BYTES);
        private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
        private final LiveTexts texts = new LiveTexts();
        private boolean closed;
        private volatile boolean moved;

        private synchronized void append(long firstOffset, List<LoggedEvent> events) {
            if (closed) {
                return;
            }
            long before = size();
            long offset = firstOffset;
            for (LoggedEvent event : events) {
                tail.append(offset, new NumberedEvent(offset, event), event.getSerializedSize());
                offset++;
                if (event.hasResult()) {
                    texts.settled(event.getResult().getRequestId());
                }
            }
            account(before);
        }

        private synchronized boolean take(Delta delta) {
            if (closed) {
                return false;
            }
            long before = size();
            boolean isNew = texts.take(delta);
            account(before);
            return isNew;
        }

        private synchronized List<Delta> deltas(LiveTexts.Memory memory) {
            return texts.news(memory);
        }

        private void account(long before) {
            if (bytes.addAndGet(size() - before) > maxBytes) {
                release();
            }
        }

        private long size() {
            return tail.bytes() + Character.BYTES * texts.length();
        }

        private synchronized void close() {
            closed = true;
            release();
        }

        private synchronized void release() {
            bytes.addAndGet(-size());
            tail.clear();
            texts.clear();
        }

        private synchronized List<NumberedEvent> read(long from, int max) {
            return new ArrayList<>(tail.read(from, max));
        }

        private synchronized long next() {
            return tail.next();
        }
    }
}
