package io.millrace.publisher.core;

import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.StreamKind;
import java.util.Optional;

/**
 * Which result stream.
 *
 * @param tenant its owner
 * @param kind what it belongs to, which is also the topic in which it lives
 * @param id its id
 */
public record StreamKey(String tenant, StreamKind kind, String id) {

    /** The stream of this id, if the id has the form of a stream's and the tenant's name is a name. */
    public static Optional<StreamKey> of(String tenant, String id) {
        if (tenant.isEmpty() || tenant.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        if (Ids.isValid(Ids.BATCH, id)) {
            return Optional.of(new StreamKey(tenant, StreamKind.STREAM_KIND_JOB, id));
        }
        if (Ids.isValid(Ids.CALL, id) || Ids.isValid(Ids.SESSION, id)) {
            return Optional.of(new StreamKey(tenant, StreamKind.STREAM_KIND_CALL, id));
        }
        return Optional.empty();
    }

    /** The id of one of its requests. */
    public String requestId(long item) {
        return Ids.request(id, item);
    }
}
