package io.millrace.publisher.protocol;

import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.schemas.v1.Delta;

/** Where a session's events go. Used on the session's event loop only. */
interface Outlet {
    /** Sends one event of a subscription. */
    void event(Subscription subscription, NumberedEvent event);

    /** Sends a piece of a result that is still being made. */
    void delta(Subscription subscription, Delta delta);

    /** Does what sends one event after the other; what they make may leave together at its end. */
    default void together(Runnable sends) {
        sends.run();
    }

    /** Whether the other side takes no more at present. */
    boolean isFull();

    /** Calls it once as soon as the other side takes more. */
    void onRoom(Runnable action);

    boolean isClosed();
}
