package io.millrace.edge.ingest;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one append, on their way. Stays paused until it is read, and remembers when it is cut off before. Used on the
 * event loop of its stream.
 */
public final class UploadBody {
    private final ReadStream<Buffer> stream;
    private final OptionalLong length;
    private @Nullable BodyCheck check;
    private @Nullable Handler<Void> cutHandler;
    private boolean cut;

    /**
     * Takes over a stream, at once, so that nothing of it is lost.
     *
     * @param stream the bytes; fails when the connection breaks
     * @param length how many there are, where the client says so
     */
    public UploadBody(ReadStream<Buffer> stream, OptionalLong length) {
        this.stream = stream;
        this.length = length;
        stream.pause();
        stream.exceptionHandler(broken -> cut());
    }

    /** How many bytes there are, where the client says so. */
    public OptionalLong length() {
        return length;
    }

    /** Its bytes count only together, and only if this holds. To be said before it is read. */
    public void mustPass(BodyCheck condition) {
        check = condition;
    }

    /** Whether its bytes count only if something holds. */
    boolean checked() {
        return check != null;
    }

    Optional<BodyCheck> check() {
        return Optional.ofNullable(check);
    }

    /** Says that the connection broke; for owners that hear of it elsewhere. */
    public void cut() {
        if (!cut) {
            cut = true;
            if (cutHandler != null) {
                cutHandler.handle(null);
            }
        }
    }

    void read(Handler<Buffer> onBytes, Handler<Void> onEnd, Handler<Void> onCut) {
        cutHandler = onCut;
        if (cut) {
            onCut.handle(null);
            return;
        }
        stream.handler(onBytes);
        stream.endHandler(onEnd);
        stream.resume();
    }

    void pause() {
        stream.pause();
    }

    void resume() {
        stream.resume();
    }
}
