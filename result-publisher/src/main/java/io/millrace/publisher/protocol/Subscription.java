package io.millrace.publisher.protocol;

import io.millrace.publisher.core.LiveTexts;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.Hub;
import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a session: where it stands, what it may still send, and the events that are at hand for it. It hands
 * out exactly the offsets from its start on, one after the other. Used on its session's event loop only.
 */
final class Subscription {
    private static final int BATCH = 32;

    private enum Phase {
        OPENING,
        RUNNING,
        ENDED
    }

    private enum Page {
        NONE,
        READING,
        AT_HAND
    }

    private final String id;
    private final StreamKey stream;
    private final String framePrefix;
    private final ArrayDeque<NumberedEvent> atHand = new ArrayDeque<>();
    private final AtomicBoolean woken = new AtomicBoolean();

    private final LiveTexts.Memory told = new LiveTexts.Memory();

    private Phase phase = Phase.OPENING;
    private Hub.@Nullable Feed feed;
    private long credit;
    private long next;
    private long stored;
    private Page page = Page.NONE;

    Subscription(String id, StreamKey stream, long credit) {
        this.id = id;
        this.stream = stream;
        this.credit = credit;
        this.framePrefix = ServerFrames.eventPrefix(id);
    }

    String id() {
        return id;
    }

    StreamKey stream() {
        return stream;
    }

    String framePrefix() {
        return framePrefix;
    }

    /** Follows the stream before it is looked up, so that nothing falls between. */
    void follow(Hub.Feed following) {
        this.feed = following;
    }

    /** Begins to send from an offset on; the store has the events before {@code storedNext}. */
    void run(long from, long storedNext) {
        next = from;
        stored = storedNext;
        phase = Phase.RUNNING;
    }

    /** Whether this instance has the stream no longer. */
    boolean hasMoved() {
        return phase != Phase.ENDED && feed != null && feed.hasMoved();
    }

    /** Nothing comes any more. */
    void end() {
        phase = Phase.ENDED;
        atHand.clear();
        if (feed != null) {
            feed.close();
        }
    }

    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    void addCredit(long n) {
        credit = Math.min(ClientFrame.MAX_CREDIT, credit + n);
    }

    /** Whether it would send an event if it had one at hand. */
    boolean wantsEvents() {
        return phase == Phase.RUNNING && credit > 0;
    }

    /** The next event, if it may be sent and is at hand; counts as sent. */
    @Nullable
    NumberedEvent poll() {
        if (!wantsEvents()) {
            return null;
        }
        if (atHand.isEmpty() && feed != null) {
            atHand.addAll(feed.read(next, BATCH));
        }
        @Nullable NumberedEvent event = atHand.poll();
        if (event != null) {
            next = event.offset() + 1;
            credit--;
        }
        return event;
    }

    /** Whether there are events that must be read from the store. */
    boolean isBehind() {
        return wantsEvents() && atHand.isEmpty() && next < Math.max(stored, feed == null ? -1 : feed.next());
    }

    /** What is being made and was not sent yet; nothing while it is paused or has events to catch up with. */
    List<Delta> deltas() {
        return feed == null || !wantsEvents() || isBehind() ? List.of() : feed.deltas(told);
    }

    /** Where the page begins that is to be read. */
    long next() {
        return next;
    }

    /** How many events it could send. */
    long credit() {
        return credit;
    }

    /** A page is being read from {@link #next} on; until it is there, nothing is sent. */
    void reading() {
        page = Page.READING;
    }

    boolean isReading() {
        return page == Page.READING;
    }

    /** Takes the page that was read. */
    void take(List<LoggedEvent> events) {
        page = Page.AT_HAND;
        long offset = next;
        for (LoggedEvent event : events) {
            atHand.add(new NumberedEvent(offset, event));
            offset++;
        }
    }

    /** Whether it takes one of the session's places for pages. */
    boolean holdsPage() {
        return page != Page.NONE;
    }

    void releasePage() {
        page = Page.NONE;
    }

    /** Whether this wake is the first since the last {@link #awake}; on any thread. */
    boolean wake() {
        return woken.compareAndSet(false, true);
    }

    void awake() {
        woken.set(false);
    }
}
