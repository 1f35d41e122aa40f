package io.millrace.edge.protocol.nativechunks;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: hands every frame to those who have what it is about. For its event loop alone. */
final class IngestSession {
    private static final Logger LOG = LoggerFactory.getLogger(IngestSession.class);
    private static final int MOST_OPEN = 256;

    private final IngestAnswers answers;
    private final SessionCredit credit;
    private final SessionUploads uploads;
    private final SessionRequests requests;
    private final SessionSubscriptions subscriptions;

    IngestSession(IngestSurroundings around, ServerWebSocket socket) {
        this.answers = new IngestAnswers(around, socket);
        this.credit = new SessionCredit(around, socket, this::tellCredit);
        this.uploads = new SessionUploads(around, answers, credit);
        this.requests = new SessionRequests(around, answers, credit);
        this.subscriptions = new SessionSubscriptions(around, answers);
    }

    /** A frame has come. */
    void received(Buffer frame) {
        try {
            received(parsed(frame));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("unreadable frame");
            close(ErrorCode.INVALID_REQUEST, "this is no frame of the protocol");
        }
    }

    private void received(IngestClientFrame frame) {
        switch (frame.getFrameCase()) {
            case OPEN -> open(frame.getOpen());
            case CHUNK -> receiver(frame.getChunk().getUpload()).chunk(frame.getChunk());
            case COMPLETE -> receiver(frame.getComplete().getUpload()).complete(frame.getComplete());
            case CANCEL ->
                receiver(frame.getCancel().getUpload()).cancel(frame.getCancel().getUpload());
            case QUERY ->
                receiver(frame.getQuery().getUpload()).query(frame.getQuery().getUpload());
            case SUBSCRIBE -> subscriptions.subscribe(frame.getSubscribe());
            case CREDIT_MORE -> subscriptions.credit(frame.getCreditMore());
            case UNSUBSCRIBE -> subscriptions.unsubscribe(frame.getUnsubscribe().getSubscription());
            case FRAME_NOT_SET -> close(ErrorCode.INVALID_REQUEST, "this is no frame of the protocol");
        }
    }

    /** Who has what the client calls by this number; uploads refuse what is unknown. */
    private ContentReceiver receiver(int number) {
        return requests.has(number) ? requests : uploads;
    }

    /** Its content is a view of the frame, which nobody changes; so a chunk is copied only into the record that it becomes. */
    private static IngestClientFrame parsed(Buffer frame) throws IOException {
        ByteBuffer bytes = ((BufferInternal) frame).getByteBuf().nioBuffer();
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        return IngestClientFrame.parseFrom(in);
    }

    private void open(IngestOpen open) {
        int number = open.getUpload();
        if (uploads.has(number) || requests.has(number)) {
            close(ErrorCode.INVALID_REQUEST, "two uploads cannot have the number " + number);
        } else if (uploads.size() + requests.size() >= MOST_OPEN) {
            answers.refuse(
                    number,
                    new MillraceException(
                            ErrorCode.TOO_MANY_REQUESTS,
                            "a connection may have at most " + MOST_OPEN + " uploads and requests"));
        } else if (open.getKind() == IngestKind.INGEST_KIND_REQUEST) {
            requests.open(open);
        } else {
            uploads.open(open);
        }
    }

    private void tellCredit() {
        if (!uploads.tellCredit()) {
            requests.tellCredit();
        }
    }

    /** Says why, and ends the connection; what was acknowledged stays. */
    void close(ErrorCode code, String why) {
        answers.close(code, why);
    }

    /** Whether it is this side that does not read. */
    boolean paused() {
        return credit.paused();
    }

    /** Nothing was heard for too long. */
    void silent() {
        close(ErrorCode.UNAVAILABLE, "nothing was heard for too long");
    }

    /** The connection is gone. */
    void closed() {
        answers.closed();
        uploads.closed();
        requests.closed();
        subscriptions.closed();
    }
}
