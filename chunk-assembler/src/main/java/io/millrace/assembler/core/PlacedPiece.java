package io.millrace.assembler.core;

/**
 * Where a stretch of an upload lies: some bytes of the value of one chunk record.
 *
 * @param position the upload's byte at which it begins
 * @param recordOffset the chunk record, in the partition of the upload
 * @param skip bytes of the record's value before it
 * @param length its bytes
 */
public record PlacedPiece(long position, long recordOffset, int skip, int length) {
    /** The upload's byte after its last. */
    public long end() {
        return position + length;
    }

    /** What is left of it from this byte of the upload on. */
    public PlacedPiece from(long start) {
        if (start < position || start >= end()) {
            throw new IllegalArgumentException("byte " + start + " is not in " + this);
        }
        int cut = (int) (start - position);
        return new PlacedPiece(start, recordOffset, skip + cut, length - cut);
    }
}
