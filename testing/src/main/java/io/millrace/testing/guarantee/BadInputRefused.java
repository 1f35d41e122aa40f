package io.millrace.testing.guarantee;

/** G8: bad input costs its sender a clear error: a status of 4xx, and a body that says what is wrong. */
public final class BadInputRefused implements Guarantee {
    private final Violations violations = new Violations();
    private long refused;

    /** What was sent, and what came back. */
    public synchronized void answered(String what, int status, String body) {
        refused++;
        if (status < 400 || status >= 500) {
            violations.add(what + " was answered with " + status);
        } else if (!body.contains("message") && !body.contains("detail") && !body.contains("title")) {
            violations.add(what + " was answered with " + status + " and no word: '" + body + "'");
        }
    }

    @Override
    public synchronized Verdict verdict() {
        return Verdict.of(this, refused + " bad inputs answered", violations);
    }
}
