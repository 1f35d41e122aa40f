package io.millrace.worker.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.OnnxSettings;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolingTest {
    /** Two texts of three and one tokens, in two dimensions; the second text's padding is no part of it. */
    private static final float[] TOKENS = {3, 0, 0, 3, 0, 3, 0, 5, 9, 9, 9, 9};

    private static final List<long[]> TEXTS = List.of(new long[3], new long[1]);

    @Test
    void shouldTakeTheMeanOfAllTokensButPadding() {
        assertThat(pool(OnnxSettings.Pooling.MEAN, false)).containsExactly(new float[] {1, 2}, new float[] {0, 5});
    }

    @Test
    void shouldTakeTheFirstToken() {
        assertThat(pool(OnnxSettings.Pooling.CLS, false)).containsExactly(new float[] {3, 0}, new float[] {0, 5});
    }

    @Test
    void shouldBringVectorsToLengthOne() {
        assertThat(pool(OnnxSettings.Pooling.CLS, true)).containsExactly(new float[] {1, 0}, new float[] {0, 1});
    }

    @Test
    void shouldTakeWhatTheModelPooledItself() {
        Pooling pooling = new Pooling(OnnxSettings.Pooling.MEAN, false);

        assertThat(pooling.pool(FloatBuffer.wrap(new float[] {1, 2, 3, 4}), new long[] {2, 2}, TEXTS))
                .containsExactly(new float[] {1, 2}, new float[] {3, 4});
    }

    private static List<float[]> pool(OnnxSettings.Pooling how, boolean normalise) {
        return new Pooling(how, normalise).pool(FloatBuffer.wrap(TOKENS), new long[] {2, 3, 2}, TEXTS);
    }
}
