package io.millrace.edge.streams;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.core.FollowedStream;
import io.millrace.edge.core.StreamStart;
import io.millrace.edge.http.Json;

/** What a subscriber says on a publisher's socket {@code /v1/results}. */
final class SubscriberFrames {
    private SubscriberFrames() {}

    /** Sends the stream from where it is, at first as many events as may come. */
    static String subscribe(long id, FollowedStream followed) {
        ObjectNode frame = Json.object();
        ObjectNode subscribe = frame.putObject("subscribe")
                .put("id", Long.toString(id))
                .put("stream", followed.stream())
                .put("credit", followed.credit());
        switch (followed.start()) {
            case StreamStart.Beginning beginning -> {}
            case StreamStart.Now now -> subscribe.put("after", "now");
            case StreamStart.After after ->
                subscribe.putObject("after").put("epoch", after.epoch()).put("offset", after.offset());
        }
        return frame.toString();
    }

    static String credit(long id, long n) {
        ObjectNode frame = Json.object();
        frame.putObject("credit").put("id", Long.toString(id)).put("n", n);
        return frame.toString();
    }

    static String unsubscribe(long id) {
        ObjectNode frame = Json.object();
        frame.putObject("unsubscribe").put("id", Long.toString(id));
        return frame.toString();
    }
}
