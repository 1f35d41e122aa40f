package io.millrace.publisher.protocol;

import io.millrace.publisher.core.StartPoint;
import io.millrace.schemas.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What a subscriber says. */
sealed interface ClientFrame {

    /** Send me this stream from there on, at first so many events. */
    record Subscribe(String id, String stream, StartPoint start, long credit) implements ClientFrame {}

    /** Send me so many more. */
    record Credit(String id, long n) implements ClientFrame {}

    /** Send me no more. */
    record Unsubscribe(String id) implements ClientFrame {}

    /** Not understood. The id is the subscription's where it could be read. */
    record Malformed(@Nullable String id, ErrorCode code, String message) implements ClientFrame {}

    /** Credit where a subscriber names none. */
    long DEFAULT_CREDIT = 256;
    /** The most that one frame can give. */
    long MAX_CREDIT = 1_000_000_000;
    /** The longest id of a subscription. */
    int MAX_ID = 128;
    /** The longest frame. */
    int MAX_LENGTH = 16 * 1024;
}
