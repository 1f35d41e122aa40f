package io.millrace.worker.backend;

import io.millrace.runtime.config.OnnxSettings;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one vector of each text out of what the model says of its tokens.
 *
 * @param how what becomes of several vectors; a model that gives one vector for each text decides that itself
 * @param normalise whether the result has length 1
 */
record Pooling(OnnxSettings.Pooling how, boolean normalise) {
    private static final int PER_TOKEN = 3;

    /**
     * The vectors of a batch.
     *
     * @param shape texts, tokens of the longest, dimensions; or texts, dimensions
     * @param texts the tokens of each
     */
    List<float[]> pool(FloatBuffer values, long[] shape, List<long[]> texts) {
        int dimensions = (int) shape[shape.length - 1];
        int stride = shape.length == PER_TOKEN ? (int) shape[1] * dimensions : dimensions;
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            values.position(i * stride);
            boolean mean = shape.length == PER_TOKEN && how == OnnxSettings.Pooling.MEAN;
            float[] vector = sum(values, dimensions, mean ? texts.get(i).length : 1);
            scale(vector, normalise ? length(vector) : mean ? texts.get(i).length : 1);
            vectors.add(vector);
        }
        return vectors;
    }

    private static float[] sum(FloatBuffer values, int dimensions, int tokens) {
        float[] sum = new float[dimensions];
        float[] token = new float[dimensions];
        for (int t = 0; t < tokens; t++) {
            values.get(token);
            for (int d = 0; d < dimensions; d++) {
                sum[d] += token[d];
            }
        }
        return sum;
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static void scale(float[] vector, double divisor) {
        float factor = (float) (1 / divisor);
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= factor;
        }
    }
}
