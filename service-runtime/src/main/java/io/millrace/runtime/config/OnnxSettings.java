package io.millrace.runtime.config;

/**
 * How ONNX Runtime runs a model.
 *
 * @param provider where it runs
 * @param gpuId which device, where the provider has several
 * @param pooling how the tokens' vectors become one
 * @param normalise whether a vector has length 1
 */
public record OnnxSettings(
        @Setting(
                value = "cpu",
                doc = "Where the model runs: `cpu`, or `cuda` with the GPU build of ONNX Runtime on the class path.")
        Provider provider,

        @Setting(value = "0", doc = "The GPU's number, for `cuda`.")
        int gpuId,

        @Setting(
                value = "mean",
                doc = "How the tokens' vectors become the text's: their `mean`, or the first one (`cls`).")
        Pooling pooling,

        @Setting(value = "true", doc = "Whether vectors are brought to length 1.")
        boolean normalise) {
    /** Checks the bounds. */
    public OnnxSettings {
        if (gpuId < 0) {
            throw ConfigException.invalid("gpu_id", gpuId, "at least 0");
        }
    }

    /** An execution provider of ONNX Runtime. */
    public enum Provider {
        /** The processor. */
        CPU,
        /** A GPU of NVIDIA's. */
        CUDA
    }

    /** How the tokens' vectors become the text's. */
    public enum Pooling {
        /** Their mean. */
        MEAN,
        /** The first one. */
        CLS
    }
}
