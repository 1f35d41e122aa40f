package io.millrace.worker;

import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.worker.core.AttemptLimits;
import io.millrace.worker.device.DeviceWatch;
import io.millrace.worker.inference.AttemptNumbers;
import io.millrace.worker.inference.BackendLoader;
import io.millrace.worker.inference.DeltaSink;
import io.millrace.worker.inference.OpenAttempts;
import io.millrace.worker.inference.ReferencedBodies;
import io.millrace.worker.inference.ResultSink;
import io.millrace.worker.lane.DeadLetterSink;

/**
 * What all models of a worker use.
 *
 * @param settings how the worker works
 * @param backends load what runs in this process
 * @param devices guard the memory that models take
 * @param kafka how to reach Kafka
 * @param context where the worker is measured and says whether it is ready
 * @param open what is under way
 * @param numbers of attempts at requests that come again
 * @param limits how often a request is tried
 * @param bodies where bodies are read
 * @param results where outcomes go
 * @param deltas where pieces of streamed results go
 * @param deadLetters where records go that nobody can settle
 */
record SharedParts(
        WorkerSettings settings,
        BackendLoader backends,
        DeviceWatch devices,
        KafkaSettings kafka,
        ServiceContext context,
        OpenAttempts open,
        AttemptNumbers numbers,
        AttemptLimits limits,
        ReferencedBodies bodies,
        ResultSink results,
        DeltaSink deltas,
        DeadLetterSink deadLetters) {}
