package io.millrace.worker.lane;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.RequestRecords;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads requests out of a lane's records. */
final class LaneRecords {
    private LaneRecords() {}

    /**
     * The requests that a record carries, in its order; at least one.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if it carries none, or one of them has no address for its
     *     result
     */
    static List<InferenceRequest> decode(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the record has no value");
        }
        InferenceRequest first;
        try {
            first = InferenceRequest.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the record is no InferenceRequest", e);
        }
        require(!first.getRequestId().isEmpty(), "request_id");
        require(!first.getStream().getId().isEmpty(), "stream.id");
        StreamKind kind = first.getStream().getKind();
        require(kind == StreamKind.STREAM_KIND_JOB || kind == StreamKind.STREAM_KIND_CALL, "stream.kind");
        require(first.getFurtherCount() == 0 || kind == StreamKind.STREAM_KIND_JOB, "job to which further belongs");
        List<InferenceRequest> requests = RequestRecords.each(first);
        requests.forEach(request -> require(request.getItem() >= 0, "item from 0 on"));
        return requests;
    }

    private static void require(boolean there, String field) {
        if (!there) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, "the InferenceRequest has no " + field);
        }
    }
}
