package io.millrace.assembler.core;

/**
 * Where a stretch of an upload lies: some bytes of the value of one chunk record.
 *
 * @param position the upload's byte at which it begins
 * @param partition of the chunk topic in which the record lies: the upload's own, or that of a part
 * @param recordOffset the chunk record
 * @param skip bytes of the record's value before it
 * @param length its bytes
 */
public record PlacedPiece(long position, int partition, long recordOffset, int skip, int length) {
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
        return new PlacedPiece(start, partition, recordOffset, skip + cut, length - cut);
    }
}
