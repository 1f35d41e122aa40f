package io.millrace.testing.guarantee;

import java.util.HashMap;
import java.util.Map;

/** G2: what is read back of a file is what was sent, byte for byte, whatever became of its chunks on the way. */
public final class SameBytes implements Guarantee {
    private final Map<String, String> digests = new HashMap<>();
    private final Violations violations = new Violations();
    private long compared;

    /** A file was accepted whose content has this digest. */
    public synchronized void sent(String file, String digest) {
        digests.put(file, digest);
    }

    /** The file was read back. */
    public synchronized void read(String file, String digest) {
        compared++;
        String expected = digests.get(file);
        if (expected == null) {
            violations.add(file + " was read, but never accepted");
        } else if (!expected.equals(digest)) {
            violations.add(file + " has other bytes than were sent");
        }
    }

    @Override
    public synchronized Verdict verdict() {
        return Verdict.of(this, digests.size() + " files accepted, " + compared + " read back", violations);
    }
}
