package io.millrace.publisher.core;

import io.millrace.schemas.v1.RequestState;
import java.util.Optional;

/** What is known of the requests of one stream. */
@FunctionalInterface
public interface Items {
    /** What is known of this one, if anything. */
    Optional<RequestState> find(long item);
}
