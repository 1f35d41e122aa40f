package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.v1.UploadComplete;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class ProtobufSerdeTest {
    private final ProtobufSerde<UploadComplete> serde = ProtobufSerde.of(UploadComplete.getDefaultInstance());

    @Test
    void shouldCarryAMessage() {
        UploadComplete message =
                UploadComplete.newBuilder().setUploadId("file-1").setLength(0).build();
        byte[] bytes = serde.serializer().serialize("topic", message);
        assertThat(serde.deserializer().deserialize("topic", bytes)).isEqualTo(message);
    }

    @Test
    void shouldCarryATombstone() {
        assertThat(serde.serializer().serialize("topic", null)).isNull();
        assertThat(serde.deserializer().deserialize("topic", null)).isNull();
    }

    @Test
    void shouldNameTopicAndMessageWhenTheBytesAreBroken() {
        assertThatThrownBy(() -> serde.deserializer().deserialize("millrace.chunks", new byte[] {10, 127}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("millrace.chunks")
                .hasMessageContaining("UploadComplete");
    }
}
