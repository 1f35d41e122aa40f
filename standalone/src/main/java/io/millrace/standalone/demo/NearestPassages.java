package io.millrace.standalone.demo;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Finds what is closest in meaning. Pure. */
final class NearestPassages {
    private NearestPassages() {}

    /** A passage's name and how close it is: the cosine, at most 1. */
    record Hit(String customId, double score) {}

    /** The closest ones, the best first. Vectors have length 1. */
    static List<Hit> to(float[] question, Map<String, float[]> vectors, int count) {
        return vectors.entrySet().stream()
                .map(entry -> new Hit(entry.getKey(), dot(question, entry.getValue())))
                .sorted(Comparator.comparingDouble(Hit::score).reversed())
                .limit(count)
                .toList();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
