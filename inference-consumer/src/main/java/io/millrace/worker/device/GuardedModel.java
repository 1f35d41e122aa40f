package io.millrace.worker.device;

import io.millrace.runtime.config.OnnxSettings;
import io.millrace.worker.inference.ModelRunner;
import io.millrace.worker.inference.OnDemandBackend;

/**
 * A model that gives memory back when it must.
 *
 * @param device where it runs
 */
public record GuardedModel(String name, String device, OnDemandBackend backend, ModelRunner runner) {
    /** A model with these settings. */
    public GuardedModel(String name, OnnxSettings onnx, OnDemandBackend backend, ModelRunner runner) {
        this(
                name,
                onnx.provider() == OnnxSettings.Provider.CUDA ? Device.gpu(onnx.gpuId()) : Device.HOST,
                backend,
                runner);
    }
}
