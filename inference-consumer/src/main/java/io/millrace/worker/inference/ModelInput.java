package io.millrace.worker.inference;

/**
 * One text as the model reads it.
 *
 * @param tokens the token ids, special ones included; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and made a hundred times a second: no copies.
public record ModelInput(long[] tokens) {
    /** Its length in tokens. */
    public int length() {
        return tokens.length;
    }
}
