package io.millrace.worker.backend;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.runtime.config.OnnxSettings;
import java.io.IOException;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sentence encoder: tokenizer, ONNX model, one vector out of the tokens'. It is what a plain program would write
 * around ONNX Runtime, and nothing more. Any number of threads may use it at a time.
 */
public final class OnnxEncoder implements AutoCloseable {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Set<String> inputNames;
    private final Pooling pooling;

    private OnnxEncoder(
            HuggingFaceTokenizer tokenizer, OrtEnvironment environment, OrtSession session, Pooling pooling) {
        this.tokenizer = tokenizer;
        this.environment = environment;
        this.session = session;
        this.inputNames = session.getInputNames();
        this.pooling = pooling;
    }

    /**
     * Loads a model that runs on the processor and gives the mean of its tokens, normalised.
     *
     * @param threads how many threads one run uses; 0: all cores
     * @throws IOException if the files cannot be read or hold no such model
     */
    public static OnnxEncoder load(ModelFiles files, int threads) throws IOException {
        return load(files, threads, OnnxSettings.USUAL);
    }

    /**
     * Loads a model.
     *
     * @param threads how many threads one run uses; 0: all cores
     * @throws IOException if the files cannot be read or hold no such model, or if there is no such device
     */
    public static OnnxEncoder load(ModelFiles files, int threads, OnnxSettings settings) throws IOException {
        // The native library lies in the jar; without this a machine with CUDA would look for another one on the net.
        System.setProperty("ai.djl.offline", "true");
        TelemetryOptOut.apply();
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                files.tokenizer().open(), Map.of("truncation", "false", "padding", "false"));
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Threads that go on spinning after a run take the cores from whoever carries its result away.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            if (settings.provider() == OnnxSettings.Provider.CUDA) {
                options.addCUDA(settings.gpuId());
            }
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            return new OnnxEncoder(
                    tokenizer,
                    environment,
                    environment.createSession(files.model().bytes(), options),
                    new Pooling(settings.pooling(), settings.normalise()));
        } catch (OrtException e) {
            tokenizer.close();
            throw new IOException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
        }
    }

    /** The text's token ids, special ones included; never truncated. */
    public long[] tokenize(String text) {
        return tokenizer.encode(text).getIds();
    }

    /**
     * Encodes a batch.
     *
     * @return one vector of length 1 for each text, in the same order
     */
    public List<float[]> encode(List<long[]> texts) throws OrtException {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        long[] shape = {texts.size(), longest};
        long[] ids = new long[texts.size() * longest];
        long[] mask = new long[ids.length];
        for (int i = 0; i < texts.size(); i++) {
            long[] text = texts.get(i);
            System.arraycopy(text, 0, ids, i * longest, text.length);
            Arrays.fill(mask, i * longest, i * longest + text.length, 1);
        }
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put(IDS, OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape));
            inputs.put(MASK, OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape));
            if (inputNames.contains(TYPES)) {
                inputs.put(TYPES, OnnxTensor.createTensor(environment, LongBuffer.allocate(ids.length), shape));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                return pooling.pool(output.getFloatBuffer(), output.getInfo().getShape(), texts);
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the model's session does not close", e);
        }
    }
}
