package io.millrace.edge.protocol.uploads;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/** A digest over bytes that come piece by piece. */
interface RunningDigest {
    void update(byte[] bytes);

    byte[] value();

    /** One of the Java platform, by its name there. */
    static RunningDigest of(String algorithm) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
        return new RunningDigest() {
            @Override
            public void update(byte[] bytes) {
                digest.update(bytes);
            }

            @Override
            public byte[] value() {
                return digest.digest();
            }
        };
    }

    /** CRC-32C; its value is four bytes, big-endian. */
    static RunningDigest crc32c() {
        CRC32C checksum = new CRC32C();
        return new RunningDigest() {
            @Override
            public void update(byte[] bytes) {
                checksum.update(bytes);
            }

            @Override
            public byte[] value() {
                return ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) checksum.getValue())
                        .array();
            }
        };
    }
}
