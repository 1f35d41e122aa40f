package io.millrace.bench;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.inference.InferenceBackend;
import io.millrace.worker.inference.ModelInput;
import io.millrace.worker.inference.Preparation;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Answers every request at once with JSON of {@value #ANSWER_BYTES} bytes: what is measured then is everything but the model. */
public final class LoopBackBackend implements InferenceBackend {
    /** Length of an answer. */
    public static final int ANSWER_BYTES = 1024;

    /** So many that a compressed batch of results is no smaller than one of embeddings. */
    static final int ANSWERS = 1024;

    private static final String HEAD =
            "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":\"";
    private static final String TAIL =
            "\"}],\"model\":\"loop-back\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}";
    private static final List<ByteString> BODIES = bodies();
    private static final List<ModelInput> ONE_TOKEN = List.of(new ModelInput(new long[] {1}));
    private static final float[] NOTHING = {};

    /** What it answers to this item of a stream. */
    static ByteString answer(long item) {
        return BODIES.get((int) (item % ANSWERS));
    }

    private static List<ByteString> bodies() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] bytes = new byte[ANSWER_BYTES];
        int text = ANSWER_BYTES - HEAD.length() - TAIL.length();
        return Stream.generate(() -> {
                    random.nextBytes(bytes);
                    return ByteString.copyFromUtf8(
                            HEAD + Base64.getEncoder().encodeToString(bytes).substring(0, text) + TAIL);
                })
                .limit(ANSWERS)
                .toList();
    }

    @Override
    public Preparation prepare(InferenceRequest request) {
        return new Preparation.Ready(ONE_TOKEN, outputs -> answer(request.getItem()));
    }

    @Override
    public List<float[]> run(List<ModelInput> batch) {
        return Collections.nCopies(batch.size(), NOTHING);
    }

    @Override
    public void close() {}
}
