package io.millrace.edge.protocol.nativechunks;

import com.google.protobuf.ByteString;
import io.millrace.edge.calls.Call;
import io.millrace.edge.core.SequenceSet;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.streams.PublisherFrame;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.IngestAck;
import io.millrace.schemas.v1.IngestBounds;
import io.millrace.schemas.v1.IngestCompleted;
import io.millrace.schemas.v1.IngestDelta;
import io.millrace.schemas.v1.IngestEvent;
import io.millrace.schemas.v1.IngestOpened;
import io.millrace.schemas.v1.IngestRange;
import io.millrace.schemas.v1.IngestRefused;
import io.millrace.schemas.v1.IngestResult;
import io.millrace.schemas.v1.IngestServerFrame;
import io.millrace.schemas.v1.IngestSubscribed;
import io.millrace.schemas.v1.Result;
import java.util.OptionalLong;

/** What the edge says. */
final class ServerFrames {
    private static final int MOST_GAPS = 500;

    private ServerFrames() {}

    static IngestServerFrame opened(int number, Upload upload, IngestBounds bounds, IngestAck there) {
        return IngestServerFrame.newBuilder()
                .setOpened(IngestOpened.newBuilder()
                        .setUpload(number)
                        .setUploadId(upload.id())
                        .setJobId(upload.jobId().orElse(""))
                        .setExpiresAtMs(upload.open().getExpiresAtMs())
                        .setBounds(bounds)
                        .setThere(there))
                .build();
    }

    /** A request; none of its body is there, however often it was sent. */
    static IngestServerFrame opened(int number, IngestBounds bounds, long credit) {
        return IngestServerFrame.newBuilder()
                .setOpened(IngestOpened.newBuilder()
                        .setUpload(number)
                        .setBounds(bounds)
                        .setThere(ack(number, new SequenceSet(), credit)))
                .build();
    }

    static IngestAck ack(int number, SequenceSet there, long credit) {
        IngestAck.Builder ack = IngestAck.newBuilder()
                .setUpload(number)
                .setNext(there.next())
                .setEnd(there.end(MOST_GAPS))
                .setCredit(credit);
        there.gaps(MOST_GAPS)
                .forEach(gap -> ack.addMissing(
                        IngestRange.newBuilder().setFrom(gap.from()).setTo(gap.to())));
        return ack.build();
    }

    static IngestServerFrame acked(IngestAck ack) {
        return IngestServerFrame.newBuilder().setAck(ack).build();
    }

    static IngestServerFrame completed(int number, Upload file) {
        return IngestServerFrame.newBuilder()
                .setCompleted(IngestCompleted.newBuilder()
                        .setUpload(number)
                        .setUploadId(file.id())
                        .setJobId(file.jobId().orElse(""))
                        .setLength(file.offset()))
                .build();
    }

    static IngestServerFrame completed(int number, Call request) {
        return IngestServerFrame.newBuilder()
                .setCompleted(IngestCompleted.newBuilder()
                        .setUpload(number)
                        .setLength(request.body().size())
                        .setRequestId(request.requestId())
                        .setStream(request.streamId()))
                .build();
    }

    static IngestServerFrame delta(int number, Delta delta) {
        return IngestServerFrame.newBuilder()
                .setDelta(IngestDelta.newBuilder()
                        .setUpload(number)
                        .setRequestId(delta.getRequestId())
                        .setAttempt(delta.getAttempt())
                        .setPosition(delta.getPosition())
                        .setText(delta.getText()))
                .build();
    }

    static IngestServerFrame result(int number, Result result) {
        return IngestServerFrame.newBuilder()
                .setResult(IngestResult.newBuilder()
                        .setUpload(number)
                        .setRequestId(result.getRequestId())
                        .setStatusCode(result.getSuccess().getStatusCode())
                        .setBody(result.getSuccess().getBody()))
                .build();
    }

    static IngestServerFrame subscribed(int number, PublisherFrame.Subscribed frame) {
        return IngestServerFrame.newBuilder()
                .setSubscribed(IngestSubscribed.newBuilder()
                        .setSubscription(number)
                        .setStream(frame.stream())
                        .setEpoch(frame.epoch())
                        .setRecovered(frame.recovered())
                        .setFrom(frame.from())
                        .setHead(frame.head()))
                .build();
    }

    static IngestServerFrame event(int number, PublisherFrame.Event frame) {
        return IngestServerFrame.newBuilder()
                .setEvent(IngestEvent.newBuilder()
                        .setSubscription(number)
                        .setOffset(frame.offset())
                        .setType(frame.type())
                        .setJson(ByteString.copyFromUtf8(frame.json())))
                .build();
    }

    static IngestServerFrame piece(int number, PublisherFrame.Piece frame) {
        return IngestServerFrame.newBuilder()
                .setDelta(IngestDelta.newBuilder()
                        .setSubscription(number)
                        .setRequestId(frame.requestId())
                        .setAttempt(frame.attempt())
                        .setPosition(frame.position())
                        .setText(frame.text()))
                .build();
    }

    static IngestServerFrame refusedSubscription(int number, MillraceException why) {
        return IngestServerFrame.newBuilder()
                .setRefused(refused(why).setSubscription(number))
                .build();
    }

    static IngestServerFrame refused(int number, OptionalLong sequence, MillraceException why) {
        IngestRefused.Builder refused = refused(why).setUpload(number);
        sequence.ifPresent(refused::setSequence);
        return IngestServerFrame.newBuilder().setRefused(refused).build();
    }

    private static IngestRefused.Builder refused(MillraceException why) {
        IngestRefused.Builder refused = IngestRefused.newBuilder()
                .setCode(why.code().code())
                .setMessage(why.getMessage())
                .setRetryable(why.code().retryable());
        if (why.param() != null) {
            refused.setField(why.param());
        }
        return refused;
    }
}
