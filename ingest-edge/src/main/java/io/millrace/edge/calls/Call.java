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
 */
public record Call(
        String tenant, String streamId, long item, String model, String endpoint, ByteString body, boolean streamed) {
    /** Its id. */
    public String requestId() {
        return Ids.request(streamId, item);
    }
}
