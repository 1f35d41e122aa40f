package io.millrace.runtime.config;

import java.util.List;

/**
 * How ONNX Runtime runs a model.
 *
 * @param provider where it runs
 * @param gpuId which device, where the provider has several
 * @param lazy whether it is loaded by its first request
 * @param pooling how the tokens' vectors become one
 * @param normalise whether a vector has length 1
 * @param labels what the outputs of a classifier stand for, in their order
 * @param activation what makes probabilities of a classifier's outputs
 */
public record OnnxSettings(
        @Setting(
                value = "cpu",
                doc = "Where the model runs: `cpu`, or `cuda` with the GPU build of ONNX Runtime on the class path.")
        Provider provider,

        @Setting(value = "0", doc = "The GPU's number, for `cuda`.")
        int gpuId,

        @Setting(value = "false", doc = "Whether the model is loaded by its first request instead of at the start.")
        boolean lazy,

        @Setting(
                value = "mean",
                doc = "How the tokens' vectors become the text's: their `mean`, or the first one (`cls`).")
        Pooling pooling,

        @Setting(value = "true", doc = "Whether vectors are brought to length 1.")
        boolean normalise,

        @Setting(doc = "The labels of a classifier's outputs, in their order; for `/v1/classify`.")
        List<String> labels,

        @Setting(
                value = "softmax",
                doc =
                        "What makes probabilities of a classifier's outputs: `softmax` where one label is right, `sigmoid`"
                                + " where each may be.")
        Activation activation) {
    /** On the processor, the mean of a text's tokens, of length 1. */
    public static final OnnxSettings USUAL =
            new OnnxSettings(Provider.CPU, 0, false, Pooling.MEAN, true, List.of(), Activation.SOFTMAX);

    /** Checks the bounds, and keeps a copy. */
    public OnnxSettings {
        labels = List.copyOf(labels);
        if (gpuId < 0) {
            throw ConfigException.invalid("gpu_id", gpuId, "at least 0");
        }
    }

    /** The same, with outputs left as the model gives them. */
    public OnnxSettings unscaled() {
        return new OnnxSettings(provider, gpuId, lazy, pooling, false, labels, activation);
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

    /** What makes probabilities of a classifier's outputs. */
    public enum Activation {
        /** They sum up to 1. */
        SOFTMAX,
        /** Each is between 0 and 1, whatever the others are. */
        SIGMOID
    }
}
