package io.millrace.edge.calls;

import com.google.protobuf.ByteString;

/**
 * An interactive request.
 *
 * @param tenant whose it is
 * @param streamId the stream in which its result will be
 * @param requestId its id
 * @param model the model that it names
 * @param endpoint the endpoint that was called
 * @param body its JSON body, as it came
 */
public record Call(String tenant, String streamId, String requestId, String model, String endpoint, ByteString body) {}
