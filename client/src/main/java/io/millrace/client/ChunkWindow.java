package io.millrace.client;

import io.millrace.schemas.v1.IngestAck;
import io.millrace.schemas.v1.IngestRange;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/** Which chunks are acknowledged and which are under way, and which may go next. Pure; not thread-safe. */
final class ChunkWindow {
    private final List<ChunkPlan.Chunk> plan;
    private final BitSet acknowledged = new BitSet();
    private final BitSet underWay = new BitSet();
    private long bytesUnderWay;
    private long credit;

    ChunkWindow(List<ChunkPlan.Chunk> plan) {
        this.plan = plan;
    }

    /** A new connection: what was under way is lost, and nothing may be sent before the server says so. */
    void connected() {
        underWay.clear();
        bytesUnderWay = 0;
        credit = 0;
    }

    /** The server says what it has. Returns whether that is more than was known. */
    boolean acknowledged(IngestAck ack) {
        int before = acknowledged.cardinality();
        BitSet there = new BitSet();
        there.set(0, (int) Math.min(plan.size(), ack.getEnd()));
        for (IngestRange gap : ack.getMissingList()) {
            there.clear((int) Math.min(plan.size(), gap.getFrom()), (int) Math.min(plan.size(), gap.getTo()));
        }
        acknowledged.or(there);
        there.and(underWay);
        there.stream().forEach(this::arrived);
        credit = ack.getCredit();
        return acknowledged.cardinality() > before;
    }

    /** The server did not take a chunk; it may go again. */
    void refused(int chunk) {
        if (underWay.get(chunk)) {
            arrived(chunk);
        }
    }

    /** The chunk that may be sent now, if any; it is under way from here on. */
    OptionalInt next() {
        int chunk = acknowledged.nextClearBit(0);
        while (underWay.get(chunk) || acknowledged.get(chunk)) {
            chunk = underWay.get(chunk) ? underWay.nextClearBit(chunk) : acknowledged.nextClearBit(chunk);
        }
        if (chunk >= plan.size()) {
            return OptionalInt.empty();
        }
        int length = plan.get(chunk).length();
        // A chunk larger than the window goes alone; without credit nothing goes.
        boolean fits = bytesUnderWay + length <= credit || (bytesUnderWay == 0 && credit > 0);
        if (!fits) {
            return OptionalInt.empty();
        }
        underWay.set(chunk);
        bytesUnderWay += length;
        return OptionalInt.of(chunk);
    }

    boolean isComplete() {
        return acknowledged.cardinality() == plan.size();
    }

    /** The file's byte up to which everything is acknowledged. */
    long offset() {
        int first = acknowledged.nextClearBit(0);
        return first == 0 ? 0 : plan.get(first - 1).end();
    }

    private void arrived(int chunk) {
        underWay.clear(chunk);
        bytesUnderWay -= plan.get(chunk).length();
    }
}
