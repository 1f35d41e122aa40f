package io.millrace.client;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.client.SocketConnection.Frame;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.IngestAck;
import io.millrace.schemas.v1.IngestChunk;
import io.millrace.schemas.v1.IngestClientFrame;
import io.millrace.schemas.v1.IngestComplete;
import io.millrace.schemas.v1.IngestCompleted;
import io.millrace.schemas.v1.IngestJob;
import io.millrace.schemas.v1.IngestKind;
import io.millrace.schemas.v1.IngestOpen;
import io.millrace.schemas.v1.IngestOpened;
import io.millrace.schemas.v1.IngestRefused;
import io.millrace.schemas.v1.IngestServerFrame;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sends a file by the native protocol: compressed chunks, many under way at the same time, acknowledged one by one. Whatever
 * breaks, it connects again, hears what the server has and sends only what is missing, until the file is complete or nothing has
 * moved for as long as patience lasts.
 */
public final class NativeUpload {
    private static final String PATH = "/v1/ingest";
    /** One upload is all that this connection carries. */
    private static final int NUMBER = 1;

    private final HttpClient http;
    private final ClientOptions options;
    private final UploadListener listener;
    private final Meter meter = new Meter();
    private long wireBytes;

    NativeUpload(HttpClient http, ClientOptions options, UploadListener listener) {
        this.http = http;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Sends a file, or what is missing of it. For one call; the file must not change meanwhile.
     *
     * @throws RefusedException if the server does not want the file
     * @throws UnreachableException if patience ended
     * @throws IOException if the file cannot be read
     */
    public NativeResult send(Path file, NativeOptions how) throws ClientException, IOException, InterruptedException {
        Retries retries = new Retries(options, (reason, delay) -> {
            meter.interrupted();
            listener.interrupted(reason, delay);
        });
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            List<ChunkPlan.Chunk> plan = how.recordAligned()
                    ? ChunkPlan.byLine(channel, how.chunkSize())
                    : ChunkPlan.bySize(size, how.chunkSize());
            Sending sending = new Sending(channel, plan, new ChunkEncoder(how.codec()), retries);
            IngestOpen open = open(file, size, how);
            while (true) {
                try (SocketConnection link = connect()) {
                    IngestCompleted done = sending.over(link, open);
                    UploadCounts counts = meter.counts(done.getUploadId(), size);
                    return new NativeResult(counts, done.getJobId(), wireBytes);
                } catch (LinkBroken broken) {
                    retries.pause(broken);
                }
            }
        }
    }

    private SocketConnection connect() throws LinkBroken, InterruptedException {
        try {
            return new SocketConnection(http, options, PATH);
        } catch (IOException e) {
            throw new LinkBroken(e);
        }
    }

    private static IngestOpen open(Path file, long size, NativeOptions how) {
        IngestOpen.Builder open = IngestOpen.newBuilder()
                .setUpload(NUMBER)
                .setIdempotencyKey(how.key())
                .setFilename(String.valueOf(file.getFileName()))
                .setLength(size)
                .setRecordAligned(how.recordAligned());
        how.job()
                .ifPresent(job -> open.setKind(IngestKind.INGEST_KIND_JOB)
                        .setJob(IngestJob.newBuilder()
                                .setEndpoint(job.endpoint())
                                .setCompletionWindow(job.completionWindow())
                                .putAllMetadata(job.metadata())));
        return open.build();
    }

    /** One upload, over one connection after another. */
    private final class Sending {
        private final FileChannel file;
        private final List<ChunkPlan.Chunk> plan;
        private final ChunkEncoder encoder;
        private final Retries retries;
        private final ChunkWindow window;
        /** What of the file is being sent, and its frame: large, so they are used again. */
        private ByteBuffer content = ByteBuffer.allocate(0);

        private ByteBuffer wire = ByteBuffer.allocate(0);
        private boolean completionAsked;
        private boolean jobTold;

        Sending(FileChannel file, List<ChunkPlan.Chunk> plan, ChunkEncoder encoder, Retries retries) {
            this.file = file;
            this.plan = plan;
            this.encoder = encoder;
            this.retries = retries;
            this.window = new ChunkWindow(plan);
        }

        IngestCompleted over(SocketConnection link, IngestOpen open)
                throws ClientException, IOException, InterruptedException, LinkBroken {
            window.connected();
            completionAsked = false;
            // The connection before may still be at what it was sending.
            wire = ByteBuffer.allocate(0);
            write(link, IngestClientFrame.newBuilder().setOpen(open));
            while (true) {
                Optional<IngestCompleted> done = heard(next(link));
                if (done.isPresent()) {
                    return done.get();
                }
                fill(link);
            }
        }

        /** Sends as much as may be under way, but listens in between. */
        private void fill(SocketConnection link) throws ClientException, IOException, InterruptedException, LinkBroken {
            OptionalInt chunk = window.next();
            while (chunk.isPresent()) {
                sendChunk(link, chunk.getAsInt());
                Optional<Frame> waiting = link.poll();
                if (waiting.isPresent() && heard(parsed(waiting.get())).isPresent()) {
                    throw new IOException("the server says that the upload is complete while it is not");
                }
                chunk = window.next();
            }
            if (window.isComplete() && !completionAsked) {
                completionAsked = true;
                write(
                        link,
                        IngestClientFrame.newBuilder()
                                .setComplete(IngestComplete.newBuilder()
                                        .setUpload(NUMBER)
                                        .setCount(plan.size())));
            }
        }

        private Optional<IngestCompleted> heard(IngestServerFrame frame) throws RefusedException, LinkBroken {
            switch (frame.getFrameCase()) {
                case OPENED -> opened(frame.getOpened());
                case ACK -> acknowledged(frame.getAck());
                case COMPLETED -> {
                    return Optional.of(frame.getCompleted());
                }
                case REFUSED -> refused(frame.getRefused());
                case RESULT, DELTA, SUBSCRIBED, EVENT, FRAME_NOT_SET ->
                    throw new LinkBroken(new IOException("the server sent a frame that is not for an upload"));
            }
            return Optional.empty();
        }

        private void opened(IngestOpened opened) {
            if (!jobTold && !opened.getJobId().isEmpty()) {
                jobTold = true;
                listener.job(opened.getJobId());
            }
            acknowledged(opened.getThere());
        }

        private void acknowledged(IngestAck ack) {
            if (window.acknowledged(ack)) {
                retries.progressed();
                listener.acknowledged(window.offset());
            }
        }

        /** What the link spoiled is sent again; what the server cannot do now is tried again later. */
        private void refused(IngestRefused refused) throws RefusedException, LinkBroken {
            boolean spoiled = refused.getCode().equals(ErrorCode.CHECKSUM_MISMATCH.code()) && refused.hasSequence();
            if (refused.getRetryable()) {
                throw new LinkBroken(new IOException("the server answered: " + refused.getMessage()));
            }
            if (!spoiled) {
                throw new RefusedException(status(refused.getCode()), refused.getCode(), refused.getMessage());
            }
            window.refused((int) refused.getSequence());
        }

        private void sendChunk(SocketConnection link, int number) throws IOException, InterruptedException, LinkBroken {
            ChunkPlan.Chunk chunk = plan.get(number);
            content = content.capacity() < chunk.length() ? ByteBuffer.allocate(chunk.length()) : content;
            content.clear().limit(chunk.length());
            while (content.hasRemaining()) {
                if (file.read(content, chunk.offset() + content.position()) < 0) {
                    throw new EOFException("the file has become shorter");
                }
            }
            IngestChunk frame = encoder.encode(NUMBER, number, chunk, content.flip());
            meter.sent(chunk.offset(), chunk.end());
            listener.sent(chunk.offset(), chunk.end());
            wireBytes += frame.getSerializedSize();
            write(link, IngestClientFrame.newBuilder().setChunk(frame));
        }

        private void write(SocketConnection link, IngestClientFrame.Builder built)
                throws InterruptedException, LinkBroken {
            IngestClientFrame frame = built.build();
            wire = wire.capacity() < frame.getSerializedSize() ? ByteBuffer.allocate(frame.getSerializedSize()) : wire;
            wire.clear().limit(frame.getSerializedSize());
            try {
                frame.writeTo(CodedOutputStream.newInstance(wire.array(), 0, wire.limit()));
                link.send(wire);
            } catch (IOException e) {
                throw new LinkBroken(e);
            }
        }
    }

    private static IngestServerFrame next(SocketConnection link) throws InterruptedException, LinkBroken {
        try {
            return parsed(link.next());
        } catch (IOException e) {
            throw new LinkBroken(e);
        }
    }

    private static IngestServerFrame parsed(Frame frame) throws LinkBroken {
        return switch (frame) {
            case Frame.Binary(ByteBuffer bytes) -> parsed(bytes);
            case Frame.Text text -> throw new LinkBroken(new IOException("the server sent text"));
            case Frame.Closed(int code, String reason) ->
                throw new LinkBroken(new IOException("the server closed with " + code + " " + reason));
            case Frame.Broken(Throwable failure) -> throw new LinkBroken(failure);
        };
    }

    private static IngestServerFrame parsed(ByteBuffer bytes) throws LinkBroken {
        try {
            return IngestServerFrame.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new LinkBroken(e);
        }
    }

    private static int status(String code) {
        try {
            return ErrorCode.valueOf(code.toUpperCase(Locale.ROOT)).httpStatus();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** The connection broke, as opposed to the file; nobody outside sees this. */
    private static final class LinkBroken extends Exception {
        private static final long serialVersionUID = 1L;

        LinkBroken(Throwable failure) {
            super(failure.getMessage(), failure, false, false);
        }
    }
}
