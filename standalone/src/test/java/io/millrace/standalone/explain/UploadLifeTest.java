package io.millrace.standalone.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.millrace.schemas.ChunkHeaders;
import io.millrace.schemas.RecordKind;
import io.millrace.schemas.Topics;
import io.millrace.schemas.v1.CancelCause;
import io.millrace.schemas.v1.UploadCancel;
import io.millrace.schemas.v1.UploadComplete;
import io.millrace.schemas.v1.UploadOpen;
import io.millrace.schemas.v1.UploadProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UploadLifeTest {
    private final List<Sighting> records = new ArrayList<>();

    @Test
    void shouldSayHowManyBytesAreMissing() {
        given(RecordKind.OPEN, open(100));
        bytes(0, 40);
        bytes(60, 20);

        Life life = life();

        assertThat(life.state()).isEqualTo("open, 40 bytes are there");
        assertThat(life.waitsFor()).isEqualTo("its client, to send 60 more bytes");
        assertThat(life.steps())
                .extracting(Life.Step::what)
                .containsExactly(
                        "opened over tus, 100 bytes announced",
                        "60 bytes came in 2 records, 40 from the beginning without a gap");
    }

    @Test
    void shouldWaitForNothingWhenAllIsThereOrItIsGone() {
        given(
                RecordKind.OPEN,
                UploadOpen.newBuilder()
                        .setProtocol(UploadProtocol.UPLOAD_PROTOCOL_NATIVE)
                        .build());
        bytes(50, 50);
        assertThat(life().waitsFor()).isEqualTo("its client, to send more bytes or declare the end");
        bytes(0, 50);
        given(RecordKind.COMPLETE, UploadComplete.newBuilder().setLength(100).build());
        assertThat(life().state()).isEqualTo("all bytes are there");
        assertThat(life().waitsFor()).isEmpty();

        given(
                RecordKind.CANCEL,
                UploadCancel.newBuilder()
                        .setCause(CancelCause.CANCEL_CAUSE_EXPIRED)
                        .build());
        assertThat(life().state()).isEqualTo("gone: expired");
    }

    @Test
    void shouldTellWhatCannotBeReadAndGoOn() {
        records.add(sighting(Map.of(), ByteString.copyFrom(new byte[] {1})));
        records.add(sighting(Map.of(ChunkHeaders.KIND, "open"), ByteString.copyFrom(new byte[] {10, 127})));

        assertThat(life().state()).startsWith("unknown");
        assertThat(life().steps())
                .extracting(Life.Step::what)
                .containsExactly("a record that says no kind", "a record that cannot be read");
    }

    private Life life() {
        return UploadLife.of("file-x", records);
    }

    private static UploadOpen open(long length) {
        return UploadOpen.newBuilder()
                .setProtocol(UploadProtocol.UPLOAD_PROTOCOL_TUS)
                .setLength(length)
                .build();
    }

    private void given(RecordKind kind, MessageLite message) {
        records.add(sighting(Map.of(ChunkHeaders.KIND, kind.headerValue()), message.toByteString()));
    }

    private void bytes(long offset, int length) {
        Map<String, String> headers =
                Map.of(ChunkHeaders.KIND, RecordKind.DATA.headerValue(), ChunkHeaders.OFFSET, Long.toString(offset));
        records.add(sighting(headers, ByteString.copyFrom(new byte[length])));
    }

    private Sighting sighting(Map<String, String> headers, ByteString value) {
        return new Sighting(Topics.CHUNKS, 0, records.size(), 1000 + records.size(), headers, value);
    }
}
