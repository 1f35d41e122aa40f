package io.millrace.worker.metrics;

import io.millrace.runtime.metrics.Catalogue;
import io.millrace.runtime.metrics.Metric;

/** What the worker measures. */
public final class WorkerMetrics {
    /** All of them. */
    public static final Catalogue ALL = new Catalogue("Worker");

    /** What waits. */
    public static final Metric BACKLOG_RECORDS = ALL.gauge(
            "millrace.worker.backlog.records",
            "",
            "Records that wait in the lane, each with up to `assembler.expansion.group_lines` requests; every worker shows the"
                    + " same",
            "model",
            "lane");

    /** How long it will take. */
    public static final Metric BACKLOG = ALL.gauge(
            "millrace.worker.backlog",
            "seconds",
            "Seconds of work that wait in the lane, by what all workers settled lately; to scale workers by",
            "model",
            "lane");

    /** How old the queue is. */
    public static final Metric LANE_AGE = ALL.timer(
            "millrace.worker.lane.age",
            "Time from accepting a request to its delivery to a worker: the age of the lane's queue",
            "model",
            "lane");

    /** Waiting in the worker. */
    public static final Metric QUEUE_AGE = ALL.timer(
            "millrace.worker.queue.age", "Time from a request's delivery to the run of the model", "model", "lane");

    /** All of it. */
    public static final Metric REQUEST =
            ALL.timer("millrace.worker.request", "Time from the delivery of a request to its outcome", "model", "lane");

    /** Ends. */
    public static final Metric RESULTS = ALL.counter(
            "millrace.worker.results",
            "Attempts by how they ended: succeeded, expired, cancelled, abandoned, or an error's code",
            "model",
            "outcome");

    /** Under way. */
    public static final Metric IN_FLIGHT =
            ALL.gauge("millrace.worker.requests.in.flight", "", "Requests delivered and not yet settled", "model");

    /** Batches. */
    public static final Metric BATCH_SIZE =
            ALL.summary("millrace.worker.batch.size", "Inputs in one run of the model", "model");

    /** How full they are. */
    public static final Metric BATCH_FILL = ALL.summary(
            "millrace.worker.batch.fill",
            "Inputs in one run by `max_batch_size`, 0 to 1; small on a CPU, where a run ends at so many tokens as fit into a cache",
            "model");

    /** What is wasted. */
    public static final Metric BATCH_PADDING =
            ALL.summary("millrace.worker.batch.padding", "Share of a run's tokens that is padding, 0 to 1", "model");

    /** Runs. */
    public static final Metric INFERENCE = ALL.timer(
            "millrace.worker.inference",
            "Time of one run of the model, or of one answer of a model server, by the lane that it was for",
            "model",
            "lane");

    /** Loads. */
    public static final Metric LOAD = ALL.timer("millrace.worker.model.load", "Time to load the model", "model");

    /** Tokens in. */
    public static final Metric TOKENS_IN =
            ALL.counter("millrace.worker.tokens.in", "Tokens that the model read, without padding", "model");

    /** Tokens out. */
    public static final Metric TOKENS_OUT =
            ALL.counter("millrace.worker.tokens.out", "Tokens that model servers say they made", "model");

    /** What a server takes. */
    public static final Metric SERVER_CONCURRENCY = ALL.gauge(
            "millrace.worker.server.concurrency",
            "",
            "Requests that the model server may have at a time, as far as is known now",
            "model",
            "server");

    /** Tries in vain. */
    public static final Metric TRIES_FAILED = ALL.counter(
            "millrace.worker.tries.failed", "Tries at model servers that failed, by cause", "model", "cause");

    /** What is taken of a device. */
    public static final Metric DEVICE_MEMORY_USED = ALL.gauge(
            "millrace.worker.device.memory.used",
            "bytes",
            "Memory that is used of a device that models run on, by whomever; the device is the host or a GPU",
            "device");

    /** What a device has. */
    public static final Metric DEVICE_MEMORY =
            ALL.gauge("millrace.worker.device.memory.total", "bytes", "Memory of the device", "device");

    /** How much a device works. */
    public static final Metric DEVICE_BUSY = ALL.gauge(
            "millrace.worker.device.busy",
            "",
            "Share of time in which the device works, 0 to 1; NaN where that is not known",
            "device");

    private WorkerMetrics() {}
}
