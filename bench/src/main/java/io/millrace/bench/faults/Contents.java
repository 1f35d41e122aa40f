package io.millrace.bench.faults;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the load sends. */
final class Contents {
    /** The one model that is served, by a scripted server. */
    static final String MODEL = "echo";
    /** Every so many lines of a job one names an endpoint that is not served. */
    static final int INVALID_EVERY = 20;

    private Contents() {}

    /** The names of a job's requests. */
    static List<String> names(long number, int count) {
        return IntStream.range(0, count).mapToObj(i -> "r" + number + "-" + i).toList();
    }

    /** A job's file: one line for each name, some of them invalid. */
    static byte[] job(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> line(names.get(i), i % INVALID_EVERY == INVALID_EVERY - 1))
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String line(String name, boolean invalid) {
        return "{\"custom_id\":\"" + name + "\",\"method\":\"POST\",\"url\":\""
                + (invalid ? "/v1/nothing" : "/v1/embeddings") + "\",\"body\":{\"model\":\"" + MODEL
                + "\",\"input\":\"What is the meaning of " + name + " over a thin and flaky link?\"}}\n";
    }

    /** Bytes that no compression makes smaller. */
    static byte[] random(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** SHA-256, in hexadecimal digits. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
