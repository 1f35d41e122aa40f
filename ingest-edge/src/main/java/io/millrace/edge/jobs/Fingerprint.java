package io.millrace.edge.jobs;

import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.JobParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;

/** A digest of what a job asks for: two requests under one key are the same when it is the same. */
final class Fingerprint {
    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Of everything but the job's id. */
    static ByteString of(String fileId, JobParameters parameters) {
        Fingerprint print = new Fingerprint();
        print.add(fileId);
        print.add(parameters.getEndpoint());
        print.add(parameters.getPriority().name());
        print.add(parameters.getCompletionWindow());
        new TreeMap<>(parameters.getMetadataMap()).forEach((key, value) -> {
            print.add(key);
            print.add(value);
        });
        parameters.getWebhookUrlsList().forEach(print::add);
        if (parameters.getRetentionMs() > 0) {
            print.add(Long.toString(parameters.getRetentionMs()));
        }
        return ByteString.copyFrom(print.digest.digest());
    }

    private void add(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
