package io.millrace.worker.lane;

import io.millrace.worker.core.Delivery;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Reads one lane with some slots. A slot has one share consumer and takes nothing new before all that it took is settled;
 * so there are several, and while one waits for its requests, the others fetch.
 */
public final class LaneReader implements AutoCloseable {
    private final List<Slot> slots;

    private LaneReader(List<Slot> slots) {
        this.slots = slots;
    }

    /**
     * Starts reading.
     *
     * @param intake takes what a slot took, on the slot's thread
     */
    public static LaneReader start(
            SlotOptions options, int slots, Consumer<List<Delivery>> intake, DeadLetterSink deadLetters) {
        LaneReader reader = new LaneReader(IntStream.range(0, slots)
                .mapToObj(number -> new Slot(options, number, intake, deadLetters))
                .toList());
        reader.slots.forEach(Slot::start);
        return reader;
    }

    /** Takes nothing new from now on; returns at once. */
    public void stop() {
        slots.forEach(Slot::stop);
    }

    /** Stops and waits until everything is settled or released. */
    @Override
    public void close() {
        stop();
        try {
            for (Slot slot : slots) {
                slot.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
