package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadState;
import io.millrace.schemas.v1.UploadStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Against the simplest model: an array in which a byte that is set is never set again. */
final class UploadReassemblyPropertyTest {
    private static final int LENGTH = 60;
    private static final int UPLOADS = 3;

    /** Some bytes on their way to an upload; what they are depends on the record, so that it shows who came first. */
    record Arrival(int upload, int position, int length) {}

    private static final class Model {
        private final byte[] content = new byte[LENGTH];
        private final boolean[] there = new boolean[LENGTH];
        private final PieceMap pieces = new PieceMap();
        private UploadState state;

        Model(UploadState state) {
            this.state = state;
        }

        int contiguous() {
            int end = 0;
            while (end < LENGTH && there[end]) {
                end++;
            }
            return end;
        }

        int covered() {
            int count = 0;
            for (boolean each : there) {
                count += each ? 1 : 0;
            }
            return count;
        }
    }

    @Property
    void shouldGiveTheSameFileForAnyOrderOverlapDuplicationAndSplit(
            @ForAll("arrivals") List<Arrival> arrivals, @ForAll boolean lengthKnown) {
        // given
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            models.add(new Model(opened(lengthKnown)));
        }
        List<byte[]> log = new ArrayList<>();
        Map<Integer, Integer> completions = new HashMap<>();

        // when
        for (Arrival arrival : withTheRest(arrivals)) {
            byte[] value = new byte[arrival.length()];
            Arrays.fill(value, (byte) log.size());
            log.add(value);
            Model model = models.get(arrival.upload());
            arrive(model, arrival, log.size() - 1);
            if (lengthKnown && model.covered() == LENGTH && !completions.containsKey(arrival.upload())) {
                completions.put(arrival.upload(), log.size());
                assertThat(model.state.getCompletedAtMs()).isEqualTo(log.size() - 1);
            }
        }

        // then
        for (Model model : models) {
            if (!lengthKnown) {
                assertThat(model.state.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_OPEN);
                complete(model);
            }
            assertThat(model.state.getStatus()).isEqualTo(UploadStatus.UPLOAD_STATUS_COMPLETE);
            assertThat(read(model.pieces, log)).isEqualTo(model.content);
        }
    }

    private static void arrive(Model model, Arrival arrival, int recordOffset) {
        Decision decision = UploadReassembly.bytes(
                model.state,
                model.pieces,
                new ChunkRecord.Bytes("default", "u", arrival.position(), arrival.length(), 0, recordOffset),
                recordOffset);
        for (int i = arrival.position(); i < arrival.position() + arrival.length(); i++) {
            if (!model.there[i]) {
                model.there[i] = true;
                model.content[i] = (byte) recordOffset;
            }
        }
        if (decision instanceof Decision.Changed changed) {
            model.pieces.add(changed.pieces());
            model.state = changed.state();
        }
        assertThat(decision).isNotInstanceOf(Decision.Refused.class);
        assertThat(model.state.getContiguous()).isEqualTo(model.contiguous());
        assertThat(model.state.getCovered()).isEqualTo(model.covered());
    }

    private static void complete(Model model) {
        Decision decision =
                UploadReassembly.complete(model.state, model.pieces, UploadComplete.getDefaultInstance(), 0);
        assertThat(decision).isInstanceOf(Decision.Changed.class);
        model.state = ((Decision.Changed) decision).state();
    }

    private static UploadState opened(boolean lengthKnown) {
        UploadOpen.Builder open = UploadOpen.newBuilder();
        if (lengthKnown) {
            open.setLength(LENGTH);
        }
        return ((Decision.Changed) UploadReassembly.open(null, open.build(), 0)).state();
    }

    private static byte[] read(PieceMap pieces, List<byte[]> log) {
        byte[] content = new byte[LENGTH];
        for (PlacedPiece piece : pieces.all()) {
            System.arraycopy(
                    log.get((int) piece.recordOffset()), piece.skip(), content, (int) piece.position(), piece.length());
        }
        return content;
    }

    /** What arrived, and then everything once more in pieces of ten, so that every upload is complete at the end. */
    private static List<Arrival> withTheRest(List<Arrival> arrivals) {
        List<Arrival> all = new ArrayList<>(arrivals);
        for (int upload = 0; upload < UPLOADS; upload++) {
            for (int position = LENGTH - 10; position >= 0; position -= 10) {
                all.add(new Arrival(upload, position, 10));
            }
        }
        return all;
    }

    @Provide
    Arbitrary<List<Arrival>> arrivals() {
        Arbitrary<Arrival> arrival = Combinators.combine(
                        Arbitraries.integers().between(0, UPLOADS - 1),
                        Arbitraries.integers().between(0, LENGTH),
                        Arbitraries.integers().between(0, 20))
                .as((upload, position, length) -> new Arrival(upload, position, Math.min(length, LENGTH - position)));
        return arrival.list().ofMaxSize(40);
    }
}
