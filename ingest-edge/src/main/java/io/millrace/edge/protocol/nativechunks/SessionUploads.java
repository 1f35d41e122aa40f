package io.millrace.edge.protocol.nativechunks;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.edge.codec.ChunkDecoder;
import io.millrace.edge.ingest.ChunkedUpload;
import io.millrace.edge.ingest.SentChunk;
import io.millrace.edge.ingest.Upload;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: its uploads by the numbers that the client gave them. For its event loop alone. */
final class IngestSession {
    private static final Logger LOG = LoggerFactory.getLogger(IngestSession.class);
    private static final int MOST_UPLOADS = 256;
    /** Errors that concern one chunk, which may be sent again; any other one ends its upload here. */
    private static final Set<ErrorCode> OF_A_CHUNK = Set.of(
            ErrorCode.INVALID_REQUEST,
            ErrorCode.UNSUPPORTED_CODEC,
            ErrorCode.CHECKSUM_MISMATCH,
            ErrorCode.INCONSISTENT_LENGTH,
            ErrorCode.UPLOAD_TOO_LARGE,
            ErrorCode.UNAVAILABLE);

    private final IngestSurroundings around;
    private final IngestAnswers answers;
    private final SessionCredit credit;
    private final Map<Integer, OpenUpload> uploads = new HashMap<>();
    /** Numbers that were given, and whose uploads are not open yet. */
    private final Map<Integer, IngestOpen> opening = new HashMap<>();

    IngestSession(IngestSurroundings around, ServerWebSocket socket) {
        this.around = around;
        this.answers = new IngestAnswers(socket);
        this.credit = new SessionCredit(around, socket, this::tellCredit);
    }

    /** A frame has come. */
    void received(Buffer frame) {
        try {
            IngestClientFrame read = parsed(frame);
            switch (read.getFrameCase()) {
                case OPEN -> open(read.getOpen());
                case CHUNK -> chunk(read.getChunk());
                case COMPLETE -> complete(read.getComplete());
                case CANCEL -> cancel(read.getCancel().getUpload());
                case QUERY -> query(read.getQuery().getUpload());
                case FRAME_NOT_SET -> close(ErrorCode.INVALID_REQUEST, "this is no frame of the protocol");
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("unreadable frame");
            close(ErrorCode.INVALID_REQUEST, "this is no frame of the protocol");
        }
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
        if (uploads.containsKey(number) || opening.containsKey(number)) {
            close(ErrorCode.INVALID_REQUEST, "two uploads cannot have the number " + number);
            return;
        }
        if (uploads.size() + opening.size() >= MOST_UPLOADS) {
            refuse(
                    number,
                    new MillraceException(
                            ErrorCode.TOO_MANY_REQUESTS, "a connection may have at most " + MOST_UPLOADS + " uploads"));
            return;
        }
        opening.put(number, open);
        attempt(() -> around.uploads().open(around.opens().read(open))).onComplete((opened, failed) -> {
            opening.remove(number);
            if (failed != null) {
                refuse(number, known(failed));
            } else {
                opened(new OpenUpload(number, opened), opened);
            }
        });
    }

    private void opened(OpenUpload open, ChunkedUpload found) {
        uploads.put(open.number(), open);
        answers.send(ServerFrames.opened(
                open.number(),
                open.upload(),
                around.bounds(),
                ServerFrames.ack(open.number(), open.there(), credit.granted())));
        if (found.upload().complete()) {
            finished(open, found.upload());
        }
    }

    private void chunk(IngestChunk chunk) {
        @Nullable OpenUpload open = known(chunk.getUpload());
        if (open == null) {
            return;
        }
        OptionalLong sequence = OptionalLong.of(chunk.getSequence());
        credit.taken(chunk.getLength());
        attempt(() -> {
                    open.check(
                            chunk,
                            around.bounds().getChunkBytes(),
                            around.bounds().getUploadBytes());
                    return decoded(chunk);
                })
                .compose(bytes -> write(open, open.sending(chunk), bytes))
                .onComplete((done, failed) -> {
                    credit.givenBack(chunk.getLength());
                    if (failed != null) {
                        refuse(open, sequence, known(failed));
                    }
                    acknowledge(open);
                });
    }

    private Future<byte[]> decoded(IngestChunk chunk) {
        byte[] content = chunk.getContent().toByteArray();
        return ChunkDecoder.immediate(chunk.getCodec())
                ? Future.succeededFuture(decode(chunk, content))
                : around.vertx().executeBlocking(() -> decode(chunk, content));
    }

    private byte[] decode(IngestChunk chunk, byte[] content) {
        byte[] bytes = around.decoder().decode(chunk.getCodec(), content, chunk.getLength(), chunk.getCrc32C());
        around.decoded(chunk.getCodec(), content.length, bytes.length);
        return bytes;
    }

    private Future<Void> write(OpenUpload open, SentChunk chunk, byte[] bytes) {
        return around.uploads()
                .append(open.upload(), chunk, bytes)
                .onSuccess(durable -> open.acknowledged(chunk))
                .onFailure(failed -> open.failed(chunk));
    }

    /** Soon, so that many chunks are acknowledged by one frame. */
    private void acknowledge(OpenUpload open) {
        if (open.ackBecomesDue()) {
            around.vertx().getOrCreateContext().runOnContext(now -> {
                open.ackSent();
                if (uploads.get(open.number()) == open) {
                    tell(open);
                    completeIfAllIsThere(open);
                }
            });
        }
    }

    private void tell(OpenUpload open) {
        answers.send(ServerFrames.acked(ServerFrames.ack(open.number(), open.there(), credit.granted())));
    }

    private void tellCredit() {
        uploads.values().stream().findAny().ifPresent(this::tell);
    }

    private void complete(IngestComplete asked) {
        @Nullable OpenUpload open = known(asked.getUpload());
        if (open != null) {
            open.completing(asked);
            acknowledge(open);
        }
    }

    private void completeIfAllIsThere(OpenUpload open) {
        open.completable()
                .ifPresent(asked -> attempt(() -> around.uploads()
                                .complete(
                                        open.upload(),
                                        asked.getCount(),
                                        asked.getSha256().toByteArray()))
                        .onComplete((file, failed) -> {
                            if (failed == null) {
                                finished(open, file);
                            } else {
                                refuse(open, OptionalLong.empty(), known(failed));
                            }
                        }));
    }

    /** A file that starts a job is only told complete when the job can be asked for. */
    private void finished(OpenUpload open, Upload file) {
        attempt(() -> around.jobs().await(file)).onComplete((started, failed) -> {
            if (failed == null) {
                forget(open);
                answers.send(ServerFrames.completed(open.number(), file));
            } else {
                refuse(open, OptionalLong.empty(), known(failed));
            }
        });
    }

    private void cancel(int number) {
        @Nullable OpenUpload open = known(number);
        if (open != null) {
            attempt(() -> around.uploads().cancel(open.upload()))
                    .onComplete((done, failed) -> refuse(
                            open,
                            OptionalLong.empty(),
                            failed == null
                                    ? new MillraceException(ErrorCode.UPLOAD_GONE, "the upload is cancelled")
                                    : known(failed)));
        }
    }

    private void query(int number) {
        @Nullable OpenUpload open = known(number);
        if (open != null) {
            attempt(() -> around.uploads().find(open.upload())).onComplete((found, failed) -> {
                if (failed == null) {
                    acknowledge(open);
                } else {
                    refuse(open, OptionalLong.empty(), known(failed));
                }
            });
        }
    }

    private @Nullable OpenUpload known(int number) {
        @Nullable OpenUpload open = uploads.get(number);
        if (open == null) {
            refuse(
                    number,
                    new MillraceException(
                            ErrorCode.UPLOAD_NOT_FOUND, "no upload of this connection has the number " + number));
        }
        return open;
    }

    private void refuse(OpenUpload open, OptionalLong sequence, MillraceException why) {
        if (sequence.isPresent() && OF_A_CHUNK.contains(why.code())) {
            answers.send(ServerFrames.refused(open.number(), sequence, why));
        } else if (forget(open)) {
            LOG.atInfo()
                    .addKeyValue("upload", open.upload().id())
                    .addKeyValue("cause", why.code().code())
                    .log("upload refused");
            refuse(open.number(), why);
        }
    }

    private void refuse(int number, MillraceException why) {
        around.refused(why.code());
        answers.send(ServerFrames.refused(number, OptionalLong.empty(), why));
    }

    private boolean forget(OpenUpload open) {
        return uploads.remove(open.number(), open);
    }

    /** Says why, and ends the connection; what was acknowledged stays. */
    void close(ErrorCode code, String why) {
        answers.close(code, why);
    }

    /** Nothing was heard for too long; unless it is this side that does not listen. */
    void silent() {
        if (!credit.paused()) {
            close(ErrorCode.UNAVAILABLE, "nothing was heard for too long");
        }
    }

    /** The connection is gone. */
    void closed() {
        answers.closed();
        uploads.clear();
    }

    private static <T> Future<T> attempt(Supplier<Future<T>> action) {
        try {
            return action.get();
        } catch (MillraceException e) {
            return Future.failedFuture(e);
        }
    }

    private static MillraceException known(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        if (cause instanceof MillraceException known) {
            return known;
        }
        LOG.atError().setCause(cause).log("unexpected failure of an upload");
        return new MillraceException(ErrorCode.INTERNAL, "something went wrong", cause);
    }
}
