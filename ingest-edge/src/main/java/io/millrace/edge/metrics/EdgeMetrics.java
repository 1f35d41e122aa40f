package io.millrace.edge.metrics;

import io.millrace.runtime.metrics.Catalogue;
import io.millrace.runtime.metrics.Metric;

/** What the edge measures. */
public final class EdgeMetrics {
    /** All of them. */
    public static final Catalogue ALL = new Catalogue("Edge");

    /** Uploads begun. */
    public static final Metric UPLOADS_CREATED =
            ALL.counter("millrace.edge.uploads", "Uploads created, by protocol", "protocol");

    /** Uploads ended well. */
    public static final Metric UPLOADS_COMPLETED =
            ALL.counter("millrace.edge.uploads.completed", "Uploads of which this edge wrote the last byte");

    /** Uploads given up. */
    public static final Metric UPLOADS_CANCELLED =
            ALL.counter("millrace.edge.uploads.cancelled", "Uploads and files removed by clients");

    /** What came in. */
    public static final Metric UPLOAD_BYTES =
            ALL.bytes("millrace.edge.upload.bytes", "Acknowledged bytes of uploads, decoded");

    /** Single transfers. */
    public static final Metric APPENDS = ALL.counter(
            "millrace.edge.appends",
            "Transfers of bytes over HTTP by how they ended: whole, or broken off by the link",
            "end");

    /** What durability costs. */
    public static final Metric CHUNK_ACK = ALL.timer(
            "millrace.edge.chunk.ack",
            "Time from handing a chunk to the producer to its acknowledgement by the brokers");

    /** Thin side of native chunks. */
    public static final Metric CHUNK_ENCODED = ALL.bytes(
            "millrace.edge.chunk.encoded", "Bytes of native chunks as they came over the link, by codec", "codec");

    /** Thick side of native chunks. */
    public static final Metric CHUNK_DECODED = ALL.bytes(
            "millrace.edge.chunk.decoded",
            "Bytes of the same chunks after decoding; by the encoded ones this is the compression ratio",
            "codec");

    /** Native connections. */
    public static final Metric SOCKETS =
            ALL.gauge("millrace.edge.ingest.sockets", "", "Open connections of the native protocol");

    /** Errors told to clients. */
    public static final Metric REFUSED = ALL.counter(
            "millrace.edge.refused",
            "Requests answered with an error, by resource and the error's code",
            "resource",
            "cause");

    /** All requests over HTTP. */
    public static final Metric REQUEST = ALL.timer(
            "millrace.edge.request",
            "Time from a request's head to the end of its answer, by resource and class of status",
            "resource",
            "status");

    /** Interactive calls. */
    public static final Metric CALL = ALL.timer(
            "millrace.edge.call",
            "Time from accepting a call to its result or to giving up waiting, by endpoint and end: result, failed",
            "endpoint",
            "end");

    /** Calls under way. */
    public static final Metric CALLS_WAITING =
            ALL.gauge("millrace.edge.calls.waiting", "", "Calls whose result somebody waits for");

    /** What went out. */
    public static final Metric DOWNLOAD_BYTES =
            ALL.bytes("millrace.edge.download.bytes", "Bytes of files sent to clients");

    private EdgeMetrics() {}
}
