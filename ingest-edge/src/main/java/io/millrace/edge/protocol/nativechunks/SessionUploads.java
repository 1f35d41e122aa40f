package io.millrace.edge.protocol.nativechunks;

import io.millrace.edge.ingest.ChunkedUpload;
import io.millrace.edge.ingest.SentChunk;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.protocol.uploads.StartedJobs;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestOpen;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The uploads of one connection by the numbers that the client gave them. For its event loop alone. */
final class SessionUploads implements ContentReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(SessionUploads.class);

    private final IngestSurroundings around;
    private final IngestAnswers answers;
    private final SessionCredit credit;
    private final NativeOpens opens;
    private final StartedJobs jobs;
    private final Map<Integer, OpenUpload> uploads = new HashMap<>();
    /** Numbers that were given, and whose uploads are not open yet. */
    private final Set<Integer> opening = new HashSet<>();

    SessionUploads(IngestSurroundings around, IngestAnswers answers, SessionCredit credit) {
        this.around = around;
        this.answers = answers;
        this.credit = credit;
        this.opens = new NativeOpens(around.jobs().rules());
        this.jobs = new StartedJobs(around.jobs());
    }

    boolean has(int number) {
        return uploads.containsKey(number) || opening.contains(number);
    }

    int size() {
        return uploads.size() + opening.size();
    }

    @Override
    public void open(IngestOpen open) {
        int number = open.getUpload();
        opening.add(number);
        Failures.attempt(() -> around.uploads().open(opens.read(open))).onComplete((opened, failed) -> {
            opening.remove(number);
            if (failed != null) {
                answers.refuse(number, Failures.known(failed));
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
                around.uploadBounds(),
                ServerFrames.ack(open.number(), open.there(), credit.granted())));
        if (found.upload().complete()) {
            finished(open, found.upload());
        }
    }

    @Override
    public void chunk(IngestChunk chunk) {
        @Nullable OpenUpload open = known(chunk.getUpload());
        if (open == null) {
            return;
        }
        OptionalLong sequence = OptionalLong.of(chunk.getSequence());
        credit.taken(chunk.getLength());
        Failures.attempt(() -> {
                    ChunkRules.check(
                            chunk, around.chunkBytes(), open.upload().open().getRecordAligned());
                    open.check(chunk, around.uploadBytes());
                    return around.decoded(chunk);
                })
                .compose(bytes -> write(open, open.sending(chunk), bytes))
                .onComplete((done, failed) -> {
                    credit.givenBack(chunk.getLength());
                    if (failed != null) {
                        refuse(open, sequence, Failures.known(failed));
                    }
                    acknowledge(open);
                });
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

    /** Tells the client how much may be under way; whether there was an upload by which to tell it. */
    boolean tellCredit() {
        Optional<OpenUpload> any = uploads.values().stream().findAny();
        any.ifPresent(this::tell);
        return any.isPresent();
    }

    @Override
    public void complete(IngestComplete asked) {
        @Nullable OpenUpload open = known(asked.getUpload());
        if (open != null) {
            open.completing(asked);
            acknowledge(open);
        }
    }

    private void completeIfAllIsThere(OpenUpload open) {
        open.completable()
                .ifPresent(asked -> Failures.attempt(() -> around.uploads()
                                .complete(
                                        open.upload(),
                                        asked.getCount(),
                                        asked.getSha256().toByteArray()))
                        .onComplete((file, failed) -> {
                            if (failed == null) {
                                finished(open, file);
                            } else {
                                refuse(open, OptionalLong.empty(), Failures.known(failed));
                            }
                        }));
    }

    /** A file that starts a job is only told complete when the job can be asked for. */
    private void finished(OpenUpload open, Upload file) {
        Failures.attempt(() -> jobs.await(file)).onComplete((started, failed) -> {
            if (failed == null) {
                forget(open);
                answers.send(ServerFrames.completed(open.number(), file));
            } else {
                refuse(open, OptionalLong.empty(), Failures.known(failed));
            }
        });
    }

    @Override
    public void cancel(int number) {
        @Nullable OpenUpload open = known(number);
        if (open != null) {
            Failures.attempt(() -> around.uploads().cancel(open.upload()))
                    .onComplete((done, failed) -> refuse(
                            open,
                            OptionalLong.empty(),
                            failed == null
                                    ? new MillraceException(ErrorCode.UPLOAD_GONE, "the upload is cancelled")
                                    : Failures.known(failed)));
        }
    }

    @Override
    public void query(int number) {
        @Nullable OpenUpload open = known(number);
        if (open != null) {
            Failures.attempt(() -> around.uploads().find(open.upload())).onComplete((found, failed) -> {
                if (failed == null) {
                    acknowledge(open);
                } else {
                    refuse(open, OptionalLong.empty(), Failures.known(failed));
                }
            });
        }
    }

    private @Nullable OpenUpload known(int number) {
        @Nullable OpenUpload open = uploads.get(number);
        if (open == null) {
            answers.refuse(
                    number,
                    new MillraceException(
                            ErrorCode.UPLOAD_NOT_FOUND, "no upload of this connection has the number " + number));
        }
        return open;
    }

    private void refuse(OpenUpload open, OptionalLong sequence, MillraceException why) {
        if (sequence.isPresent() && ChunkRules.concernsChunk(why.code())) {
            answers.refuseChunk(open.number(), sequence.getAsLong(), why);
        } else if (forget(open)) {
            LOG.atInfo()
                    .addKeyValue("upload", open.upload().id())
                    .addKeyValue("cause", why.code().code())
                    .log("upload refused");
            answers.refuse(open.number(), why);
        }
    }

    private boolean forget(OpenUpload open) {
        return uploads.remove(open.number(), open);
    }

    /** The connection is gone; what was acknowledged stays. */
    void closed() {
        uploads.clear();
    }
}
