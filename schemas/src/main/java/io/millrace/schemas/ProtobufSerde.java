package io.millrace.schemas;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.NullUnmarked;

/**
 * Carries one kind of Protobuf message through Kafka. A value that is no such message fails with a
 * {@link SerializationException} that names the topic and the message.
 *
 * @param <T> the message
 */
@NullUnmarked
public final class ProtobufSerde<T extends MessageLite> implements Serde<T> {
    private final Parser<T> parser;
    private final String messageName;

    private ProtobufSerde(Parser<T> parser, String messageName) {
        this.parser = parser;
        this.messageName = messageName;
    }

    /** The serde for messages like this one. */
    @SuppressWarnings("unchecked")
    public static <T extends MessageLite> ProtobufSerde<T> of(T defaultInstance) {
        return new ProtobufSerde<>(
                (Parser<T>) defaultInstance.getParserForType(),
                defaultInstance.getClass().getSimpleName());
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, message) -> message == null ? null : message.toByteArray();
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            try {
                return parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new SerializationException(
                        "a record of " + topic + " is no " + messageName + ": " + e.getMessage(), e);
            }
        };
    }
}
