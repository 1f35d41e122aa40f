package io.millrace.worker.lane;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads requests out of a lane's records. */
final class RequestRecords {
    private RequestRecords() {}

    /**
     * The request that a record carries.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if it carries none, or one without an address for its
     *     result
     */
    static InferenceRequest decode(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the record has no value");
        }
        InferenceRequest request;
        try {
            request = InferenceRequest.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the record is no InferenceRequest", e);
        }
        require(!request.getRequestId().isEmpty(), "request_id");
        require(!request.getStream().getId().isEmpty(), "stream.id");
        StreamKind kind = request.getStream().getKind();
        require(kind == StreamKind.STREAM_KIND_JOB || kind == StreamKind.STREAM_KIND_CALL, "stream.kind");
        return request;
    }

    private static void require(boolean there, String field) {
        if (!there) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the InferenceRequest has no " + field);
        }
    }
}
