package io.millrace.assembler.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.lines.LineSplitter.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SliceBuilderTest {
    @Test
    void shouldCloseASliceByCountAndByBytesAndLeaveNoGap() {
        // given
        SliceBuilder builder = new SliceBuilder(new Progress(100, 10, 5), 3, 1000);
        List<Slice> slices = new ArrayList<>();

        // when
        for (int i = 1; i <= 4; i++) {
            builder.add(line(10 + i, 100 + 10 * i, 10), parsed(10 + i)).ifPresent(slices::add);
        }
        builder.add(line(15, 1145, 995), parsed(15)).ifPresent(slices::add);
        builder.add(line(16, 3145, 2000), parsed(16)).ifPresent(slices::add);
        builder.take().ifPresent(slices::add);

        // then
        assertThat(slices).extracting(slice -> slice.lines().size()).containsExactly(3, 1, 1, 1);
        assertThat(slices.getFirst().from()).isEqualTo(new Progress(100, 10, 5));
        assertThat(slices.getFirst().to()).isEqualTo(new Progress(130, 13, 8));
        for (int i = 1; i < slices.size(); i++) {
            assertThat(slices.get(i).from()).isEqualTo(slices.get(i - 1).to());
        }
        assertThat(slices.getLast().to()).isEqualTo(new Progress(3145, 16, 11));
        assertThat(builder.take()).isEmpty();
    }

    private static Line line(long number, long end, int length) {
        return new Line(number, end, ByteString.copyFrom(new byte[length]), false);
    }

    private static ParsedLine parsed(long number) {
        return new ParsedLine.Invalid(number, "", ErrorCode.INVALID_JSON, "");
    }
}
