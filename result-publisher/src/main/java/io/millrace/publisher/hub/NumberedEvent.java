package io.millrace.publisher.hub;

import io.millrace.schemas.v1.LoggedEvent;
import org.jspecify.annotations.Nullable;

/** An event and its number. Its text is made when first asked for and then shared by all who send it. */
public final class NumberedEvent {
    private final long offset;
    private final LoggedEvent event;
    private volatile @Nullable String json;

    /** The event with this number. */
    public NumberedEvent(long offset, LoggedEvent event) {
        this.offset = offset;
        this.event = event;
    }

    /** Its number in the stream. */
    public long offset() {
        return offset;
    }

    /** {@code result}, {@code progress} or {@code end}. */
    public String type() {
        return EventJson.type(event);
    }

    /** Whether none follows. */
    public boolean isLast() {
        return event.hasEnd();
    }

    /** The event as subscribers read it. */
    public String json() {
        @Nullable String text = json;
        if (text == null) {
            text = EventJson.render(offset, event);
            json = text;
        }
        return text;
    }
}
