package io.millrace.publisher.protocol;

import com.google.protobuf.ByteString;
import io.millrace.publisher.core.ByteRange;
import io.millrace.publisher.core.ResultStream;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventLog;
import io.millrace.publisher.hub.InputLines;
import io.millrace.publisher.hub.JobFile;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.schemas.v1.StreamState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /internal/v1/jobs/{id}/files/output|errors} with {@code Range}, and {@code …/size}: the files of ended jobs, which
 * the edge hands on. A file is built while it is read; its size is found by building it once, and remembered.
 */
public final class JobFiles {
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int PARTIAL_CONTENT = 206;

    private final Vertx vertx;
    private final EventLog log;
    private final InputLines input;
    private final BlockingReads reads;
    private final Forwarding forwarding;
    private final RecentSizes sizes = new RecentSizes();

    /** Serves from the log, or from that of another instance. */
    public JobFiles(Vertx vertx, EventLog log, InputLines input, BlockingReads reads, Forwarding forwarding) {
        this.vertx = vertx;
        this.log = log;
        this.input = input;
        this.reads = reads;
        this.forwarding = forwarding;
    }

    /** Adds the routes. */
    public void mount(Router router) {
        router.get("/internal/v1/jobs/:id/files/:kind").handler(this::content).failureHandler(HttpErrors::render);
        router.get("/internal/v1/jobs/:id/files/:kind/size").handler(this::size).failureHandler(HttpErrors::render);
    }

    private record Named(StreamKey job, JobFile.Kind kind) {}

    private record Sized(JobFile file, long size, long createdAtMs) {}

    /** What is sent: the bytes of {@code range}, of which those before {@code position} are behind. */
    private record Progress(JobFile file, ByteRange range, long position) {}

    private void size(RoutingContext request) {
        Named named = named(request);
        if (forwarding.takes(request, named.job())) {
            return;
        }
        reads.run(vertx.getOrCreateContext(), () -> sized(named))
                .onFailure(request::fail)
                .onSuccess(file -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-protobuf")
                        .end(Buffer.buffer(io.millrace.schemas.v1.JobFile.newBuilder()
                                .setBytes(file.size())
                                .setCreatedAtMs(file.createdAtMs())
                                .build()
                                .toByteArray())));
    }

    private void content(RoutingContext request) {
        Named named = named(request);
        if (forwarding.takes(request, named.job())) {
            return;
        }
        @Nullable String range = request.request().getHeader("Range");
        Context context = vertx.getOrCreateContext();
        Future<Progress> begun = range == null
                ? reads.run(context, () -> find(named))
                        .map(file -> new Progress(file.file(), ByteRange.all(Long.MAX_VALUE), 0))
                : reads.run(context, () -> sized(named)).map(file -> partial(request, file, range));
        begun.onFailure(request::fail).onSuccess(progress -> {
            HttpServerResponse response = request.response().putHeader("Accept-Ranges", "bytes");
            if (progress.range().isOutside()) {
                response.setStatusCode(RANGE_NOT_SATISFIABLE).end();
            } else {
                response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, "application/jsonl");
                send(request, context, progress, JobFile.Cursor.START);
            }
        });
    }

    private static Progress partial(RoutingContext request, Sized file, String header) {
        Optional<ByteRange> asked = ByteRange.parse(header, file.size());
        ByteRange range = asked.orElse(ByteRange.all(file.size()));
        HttpServerResponse response = request.response();
        if (range.isOutside()) {
            response.putHeader("Content-Range", "bytes */" + file.size());
        } else if (asked.isPresent()) {
            response.setStatusCode(PARTIAL_CONTENT)
                    .putHeader("Content-Range", "bytes " + range.from() + "-" + (range.to() - 1) + "/" + file.size());
        }
        return new Progress(file.file(), range, 0);
    }

    private void send(RoutingContext request, Context context, Progress progress, JobFile.Cursor cursor) {
        if (request.response().closed()) {
            return;
        }
        reads.run(context, () -> progress.file().read(cursor))
                .onFailure(request::fail)
                .onSuccess(block -> {
                    Buffer wanted = cut(block.lines(), progress);
                    long position = progress.position() + block.lines().size();
                    JobFile.@Nullable Cursor next = block.next();
                    if (next == null || position >= progress.range().to()) {
                        request.response().end(wanted);
                        return;
                    }
                    Progress after = new Progress(progress.file(), progress.range(), position);
                    Future<Void> written = wanted.length() == 0
                            ? Future.succeededFuture()
                            : request.response().write(wanted);
                    written.onSuccess(nothing -> send(request, context, after, next));
                });
    }

    private static Buffer cut(ByteString lines, Progress progress) {
        long from = Math.max(0, progress.range().from() - progress.position());
        long to = Math.min(lines.size(), progress.range().to() - progress.position());
        return from >= to
                ? Buffer.buffer()
                : Buffer.buffer(lines.substring((int) from, (int) to).toByteArray());
    }

    private Sized sized(Named named) {
        Sized file = find(named);
        String key = named.kind() + named.job().id() + file.createdAtMs();
        @Nullable Long known = sizes.get(key);
        if (known != null) {
            return new Sized(file.file(), known, file.createdAtMs());
        }
        long size = file.file().size();
        sizes.put(key, size);
        return new Sized(file.file(), size, file.createdAtMs());
    }

    /** The file, whose size is not looked at yet. */
    private Sized find(Named named) {
        StreamState state =
                log.existing(named.job()).filter(ResultStream::hasEnded).orElseThrow(JobFiles::notFound);
        JobFile file = new JobFile(log, input, named.job(), state, named.kind());
        if (!file.exists()) {
            throw notFound();
        }
        return new Sized(file, 0, state.getEndedAtMs());
    }

    private static Named named(RoutingContext request) {
        @Nullable String tenant = request.request().getHeader(Tenant.HTTP_HEADER);
        Optional<JobFile.Kind> kind = switch (request.pathParam("kind")) {
            case "output" -> Optional.of(JobFile.Kind.OUTPUT);
            case "errors" -> Optional.of(JobFile.Kind.ERRORS);
            default -> Optional.empty();
        };
        return StreamKey.of(tenant == null ? Tenant.DEFAULT : tenant, request.pathParam("id"))
                .filter(stream -> stream.kind() == StreamKind.STREAM_KIND_JOB)
                .flatMap(job -> kind.map(known -> new Named(job, known)))
                .orElseThrow(JobFiles::notFound);
    }

    private static MillraceException notFound() {
        return new MillraceException(ErrorCode.FILE_NOT_FOUND, "there is no such file");
    }

    /** Sizes that were asked for lately. */
    private static final class RecentSizes {
        private static final int MOST = 1_000;

        private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > MOST;
            }
        };

        synchronized @Nullable Long get(String file) {
            return known.get(file);
        }

        synchronized void put(String file, long size) {
            known.put(file, size);
        }
    }
}
