package io.millrace.worker.backend;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.RequestRunnerContract;
import io.millrace.worker.inference.WorkerMeters;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

class OnnxRunnerIT extends RequestRunnerContract {
    private final RequestRunner runner;

    OnnxRunnerIT() throws IOException {
        runner = ModelRunner.start(
                MODEL,
                new OnnxTextBackend(
                        MODEL,
                        new EmbeddingTask(MODEL, 384),
                        256,
                        OnnxEncoder.load(ModelFiles.BUILT_IN, 1),
                        Optional.of(() -> OnnxEncoder.load(ModelFiles.BUILT_IN, 2))),
                new BatchLimits(16, 4096, 1_000_000, 0.1, 1_000_000),
                0.1,
                1,
                InstantSource.system(),
                new WorkerMeters(new SimpleMeterRegistry(), MODEL));
    }

    @Override
    protected RequestRunner runner() {
        return runner;
    }

    @AfterEach
    void close() {
        runner.close();
    }
}
