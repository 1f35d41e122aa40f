package io.millrace.edge.queries;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.RequestView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Asks the publisher how a request stands. */
public final class RequestQueries {
    private final InternalApi publisher;

    /** Asks this service. */
    public RequestQueries(InternalApi publisher) {
        this.publisher = publisher;
    }

    /** The request, if the publisher knows it. */
    public Future<Optional<RequestView>> find(String tenant, String requestId) {
        return ask(tenant, "/internal/v1/requests/" + requestId);
    }

    /** The request, after the publisher has applied this record of its stream's partition. */
    public Future<Optional<RequestView>> find(String tenant, String requestId, int partition, long seen) {
        return ask(tenant, "/internal/v1/requests/" + requestId + "?partition=" + partition + "&seen=" + seen);
    }

    private Future<Optional<RequestView>> ask(String tenant, String uri) {
        return publisher.get(tenant, uri).map(answer -> answer.map(RequestQueries::parsed));
    }

    private static RequestView parsed(Buffer body) {
        try {
            return RequestView.parseFrom(body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INTERNAL, "the publisher's answer cannot be read", e);
        }
    }
}
