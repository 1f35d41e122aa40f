package io.millrace.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes ids. An id is a prefix and 26 digits of Crockford's base 32 in lower case (the form of a ULID): 48 bits of
 * milliseconds and 80 random bits, so that ids sort by time; or, under an idempotency key, 128 bits of a digest, so that
 * every edge makes the same one.
 */
public final class Ids {
    /** Uploads and the files that they become. */
    public static final String FILE = "file-";
    /** The results of a job, as a file. */
    public static final String OUTPUT_FILE = "file-output-";
    /** The errors of a job, as a file. */
    public static final String ERROR_FILE = "file-errors-";
    /** Jobs; also the ids of their streams. */
    public static final String BATCH = "batch_";
    /** Streams of a single call. */
    public static final String CALL = "call_";
    /** Streams of a session of calls. */
    public static final String SESSION = "sess_";
    /** Requests. */
    public static final String REQUEST = "req_";

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 26;
    private static final Pattern ITEM = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** A new id that sorts by time. */
    public static String create(String prefix, long nowMs) {
        byte[] random = new byte[10];
        RANDOM.nextBytes(random);
        ByteBuffer bits = ByteBuffer.allocate(16);
        bits.putShort((short) (nowMs >>> 32)).putInt((int) nowMs).put(random);
        return prefix + encode(bits.array());
    }

    /** The id of what is created under an idempotency key: the same for the same tenant, endpoint and key. */
    public static String fromIdempotencyKey(String prefix, String tenant, String endpoint, String key) {
        return prefix + digest(tenant, endpoint, key);
    }

    /** The id of a job that an upload starts, derived from the upload's id. */
    public static String jobOfUpload(String tenant, String uploadId) {
        return BATCH + digest(tenant, "job-of-upload", uploadId);
    }

    /** The id of a request: its stream's id and its item number in the stream. */
    public static String request(String streamId, long item) {
        return REQUEST + streamId + "_" + item;
    }

    /** The stream that a request's id contains, or an empty text if it is no request id. */
    public static String streamOfRequest(String requestId) {
        int end = requestId.lastIndexOf('_');
        return requestId.startsWith(REQUEST) && end > REQUEST.length()
                ? requestId.substring(REQUEST.length(), end)
                : "";
    }

    /** The item number in a request's id, if it is the id of one of this stream's requests. */
    public static Optional<Long> itemOfRequest(String streamId, String requestId) {
        if (!streamOfRequest(requestId).equals(streamId)) {
            return Optional.empty();
        }
        String item = requestId.substring(requestId.lastIndexOf('_') + 1);
        return ITEM.matcher(item).matches() ? Optional.of(Long.parseLong(item)) : Optional.empty();
    }

    /** The id of the file with a job's results; {@link #jobOfOutput} leads back. */
    public static String outputOfJob(String jobId) {
        return OUTPUT_FILE + digits(jobId);
    }

    /** The id of the file with a job's errors; {@link #jobOfErrors} leads back. */
    public static String errorsOfJob(String jobId) {
        return ERROR_FILE + digits(jobId);
    }

    /** The job whose results a file holds, if the file is one of results. */
    public static Optional<String> jobOfOutput(String fileId) {
        return isValid(OUTPUT_FILE, fileId) ? Optional.of(BATCH + digits(fileId)) : Optional.empty();
    }

    /** The job whose errors a file holds, if the file is one of errors. */
    public static Optional<String> jobOfErrors(String fileId) {
        return isValid(ERROR_FILE, fileId) ? Optional.of(BATCH + digits(fileId)) : Optional.empty();
    }

    private static String digits(String id) {
        return id.substring(id.length() - LENGTH);
    }

    /** Whether a text from outside has the form of an id with this prefix. */
    public static boolean isValid(String prefix, String id) {
        return id.length() == prefix.length() + LENGTH && id.startsWith(prefix) && hasDigits(id, prefix.length());
    }

    /** Every record is asked for its stream's id, so this goes without a regular expression. */
    private static boolean hasDigits(String id, int from) {
        for (int i = from; i < id.length(); i++) {
            if (DIGITS.indexOf(id.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** 128 bits of SHA-256 over the parts, each with its length before it. */
    private static String digest(String... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                sha256.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                sha256.update(bytes);
            }
            byte[] bits = new byte[16];
            System.arraycopy(sha256.digest(), 0, bits, 0, bits.length);
            return encode(bits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String encode(byte[] bits) {
        long high = ByteBuffer.wrap(bits).getLong();
        long low = ByteBuffer.wrap(bits, Long.BYTES, Long.BYTES).getLong();
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (low & 31));
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return new String(text);
    }
}
