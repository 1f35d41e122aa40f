package io.millrace.publisher.topology;

import io.millrace.publisher.core.StreamKey;
import io.millrace.schemas.v1.LoggedEvent;
import java.util.List;
import java.util.function.Predicate;

/** Hears of events as soon as they are stored, on the thread that stores them; must not block. */
public interface StreamListener {
    /** These events have the numbers from {@code firstOffset} on. After a crash the same may be told again. */
    void appended(StreamKey stream, long firstOffset, List<LoggedEvent> events);

    /** Whether somebody will read what is appended next. */
    boolean isFollowed(StreamKey stream);

    /** This instance has these streams no longer. */
    void released(Predicate<StreamKey> streams);
}
