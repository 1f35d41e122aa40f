package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.MillraceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class CollectedBodyPropertyTest {
    private static final int LIMIT = 100;

    @Property
    void shouldBecomeTheSameBodyInAnyOrderAndWithRepeats(
            @ForAll @Size(max = 12) List<@StringLength(min = 1, max = 8) String> pieces, @ForAll Random random) {
        // given
        String whole = String.join("", pieces);
        ByteString bytes = ByteString.copyFromUtf8(whole);
        List<Integer> order = new ArrayList<>();
        for (int sequence = 0; sequence < pieces.size(); sequence++) {
            order.add(sequence);
            order.add(sequence);
        }
        Collections.shuffle(order, random);
        CollectedBody body = new CollectedBody(bytes.size(), OptionalLong.of(bytes.size()));

        // when
        int held = 0;
        for (int sequence : order) {
            ByteString before = ByteString.copyFromUtf8(String.join("", pieces.subList(0, sequence)));
            held += body.add(sequence, before.size(), ByteString.copyFromUtf8(pieces.get(sequence)));
        }

        // then
        assertThat(held).isEqualTo(bytes.size());
        assertThat(body.size()).isEqualTo(bytes.size());
        assertThat(body.has(pieces.size())).isTrue();
        assertThat(body.has(pieces.size() + 1L)).isFalse();
        assertThat(body.take(pieces.size(), ByteString.EMPTY)).isEqualTo(bytes.toByteArray());
        assertThat(body.size()).isZero();
    }

    @Example
    void shouldRefuseWhatContradictsItselfAndWhatIsTooLong() {
        CollectedBody body = new CollectedBody(LIMIT, OptionalLong.of(3));
        body.add(0, 0, ByteString.copyFromUtf8("ab"));
        body.add(1, 5, ByteString.copyFromUtf8("c"));

        assertThatThrownBy(() -> body.add(0, 0, ByteString.copyFromUtf8("xy"))).hasMessageContaining("chunk 0");
        assertThatThrownBy(() -> body.add(2, 6, ByteString.copyFrom(new byte[LIMIT])))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("at most 100 bytes");
        assertThatThrownBy(() -> body.take(2, ByteString.EMPTY)).hasMessageContaining("must begin at byte 2");
        assertThatThrownBy(() -> body.take(1, ByteString.EMPTY)).hasMessageContaining("more than 1 chunks");
    }

    @Example
    void shouldRefuseAnotherLengthOrDigestThanWasAnnounced() {
        CollectedBody body = new CollectedBody(LIMIT, OptionalLong.of(3));
        body.add(0, 0, ByteString.copyFromUtf8("ab"));
        assertThatThrownBy(() -> body.take(1, ByteString.EMPTY)).hasMessageContaining("has 2 bytes, not 3");

        body.add(1, 2, ByteString.copyFromUtf8("c"));
        assertThatThrownBy(() -> body.take(2, ByteString.copyFrom(new byte[32])))
                .hasMessageContaining("sha256");
    }
}
