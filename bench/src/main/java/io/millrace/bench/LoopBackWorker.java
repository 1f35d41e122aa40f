package io.millrace.bench;

import io.millrace.runtime.ServiceMain;
import io.millrace.worker.WorkerConfig;
import io.millrace.worker.WorkerService;

/** {@code millrace worker} with {@link LoopBackBackend} in the place of ONNX Runtime. */
public final class LoopBackWorker {
    private LoopBackWorker() {}

    /** Options as for the command. */
    public static void main(String[] arguments) {
        ServiceMain.run(
                arguments,
                WorkerConfig.class,
                WorkerConfig::admin,
                (config, context) -> WorkerService.start(
                        config.worker(),
                        config.kafka(),
                        config.models(),
                        context,
                        (model, parallel) -> new LoopBackBackend()));
    }
}
