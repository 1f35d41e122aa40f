package io.millrace.worker;

import io.millrace.runtime.ServiceMain;

/** A worker as a process of its own. */
public final class WorkerMain {
    private WorkerMain() {}

    /** Options: {@code --config FILE}, {@code --set KEY=VALUE}. */
    public static void main(String[] args) {
        ServiceMain.run(
                args,
                WorkerConfig.class,
                WorkerConfig::admin,
                (config, context) -> WorkerService.start(config.worker(), config.kafka(), config.models(), context));
    }
}
