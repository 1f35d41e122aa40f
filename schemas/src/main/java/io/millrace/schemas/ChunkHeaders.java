package io.millrace.schemas;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of records of the chunk topic. Every value is ASCII text and numbers are decimal, so that a producer in
 * any language can write them.
 */
public final class ChunkHeaders {
    /** What the record is, see {@link RecordKind}. On every record. */
    public static final String KIND = "millrace-kind";
    /** The tenant. On every record. */
    public static final String TENANT = "millrace-tenant";
    /** Where in the upload the value's first byte belongs, from 0. On every data record. */
    public static final String OFFSET = "millrace-offset";
    /** CRC-32C of the value, decimal. Optional on data records; verified where it is there. */
    public static final String CRC32C = "millrace-crc32c";
    /** The chunk's sequence number, from 0. On data records of the native protocol. */
    public static final String SEQUENCE = "millrace-sequence";
    /** The append to which a provisional data record belongs; it counts after that append's commit. */
    public static final String APPEND = "millrace-append";
    /** The number of the value's first request line in its file, from 1. On data records of record-aligned uploads. */
    public static final String FIRST_LINE = "millrace-first-line";

    private ChunkHeaders() {}

    /** Adds a header with a text value. */
    public static Headers put(Headers headers, String name, String value) {
        return headers.add(name, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** The last value of the header, if it is there. */
    public static Optional<String> text(Headers headers, String name) {
        @Nullable Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }

    /**
     * The last value of the header.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if it is missing
     */
    public static String requiredText(Headers headers, String name) {
        return text(headers, name)
                .orElseThrow(() -> new MillraceException(ErrorCode.INVALID_RECORD, "header " + name + " is missing"));
    }

    /**
     * The header as a number of at least 0, if it is there.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if it is not such a number
     */
    public static Optional<Long> number(Headers headers, String name) {
        return text(headers, name).map(value -> parse(name, value));
    }

    /**
     * Checks a data record's value against its checksum, where it has one.
     *
     * @throws MillraceException ({@link ErrorCode#INVALID_RECORD}) if they do not match
     */
    public static void verify(Headers headers, byte[] value) {
        Optional<Long> expected = number(headers, CRC32C);
        java.util.zip.CRC32C actual = new java.util.zip.CRC32C();
        actual.update(value);
        if (expected.isPresent() && expected.get() != actual.getValue()) {
            throw new MillraceException(
                    ErrorCode.INVALID_RECORD, "the value does not match the checksum in header " + CRC32C);
        }
    }

    private static long parse(String name, String value) {
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.INVALID_RECORD, notANumber(name, value), e);
        }
        throw new MillraceException(ErrorCode.INVALID_RECORD, notANumber(name, value));
    }

    private static String notANumber(String name, String value) {
        return "header " + name + " must be a decimal number of at least 0, not '" + value + "'";
    }
}
