package io.millrace.edge.calls;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Ids;

/**
 * An interactive request.
 *
 * @param tenant whose it is
 * @param streamId the stream in which its result will be
 * @param item which request of its stream
 * @param model the model that it names
 * @param endpoint the endpoint that was called
 * @param body its JSON body, as it came
 * @param streamed whether the pieces of its result are wanted too
 * @param fingerprint of what is asked, where the call may come again under an idempotency key; empty where it has none
 */
public record Call(
        String tenant,
        String streamId,
        long item,
        String model,
        String endpoint,
        ByteString body,
        boolean streamed,
        ByteString fingerprint) {
    /** Its id. */
    public String requestId() {
        return Ids.request(streamId, item);
    }

    /** Whether it was made under an idempotency key. */
    boolean isKeyed() {
        return !fingerprint.isEmpty();
    }

    /** Whether it goes on when its caller has gone: others follow its session, or the caller comes back with its key. */
    boolean outlivesItsCaller() {
        return isKeyed() || Ids.isValid(Ids.SESSION, streamId);
    }
}
