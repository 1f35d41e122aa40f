package io.millrace.worker.backend;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Makes a classifier as an ONNX file: every token has a weight for each class, and a text's outputs are the sums of its
 * tokens' weights, without padding. Written message by message after onnx.proto (opset 13), because no library that writes
 * ONNX is there:
 *
 * <pre>
 *   input_ids [b, t] → Gather(weights [tokens, classes]) → [b, t, classes] → Mul → ReduceSum over t → logits [b, classes]
 *   attention_mask [b, t] → Unsqueeze → Cast to float → [b, t, 1] ─────────────↗
 * </pre>
 */
final class WordClassifier {
    private static final int VOCABULARY = 30_522;
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final long ATTRIBUTE_INT = 2;

    private WordClassifier() {}

    /**
     * The file's bytes.
     *
     * @param weights a token's weight for each class; 0 for tokens that are not there
     */
    static byte[] write(int classes, Map<Long, float[]> weights) {
        ByteBuffer table =
                ByteBuffer.allocate(VOCABULARY * classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        weights.forEach((token, values) -> {
            for (int i = 0; i < classes; i++) {
                table.putFloat((Math.toIntExact(token) * classes + i) * Float.BYTES, values[i]);
            }
        });
        Message graph = new Message()
                .add(1, node("Gather", List.of("weights", "input_ids"), "tokens"))
                .add(1, node("Unsqueeze", List.of("attention_mask", "last"), "mask"))
                .add(1, node("Cast", List.of("mask"), "factors").add(5, integer("to", FLOAT)))
                .add(1, node("Mul", List.of("tokens", "factors"), "kept"))
                .add(1, node("ReduceSum", List.of("kept", "over"), "logits").add(5, integer("keepdims", 0)))
                .add(2, "words")
                .add(5, tensor("weights", FLOAT, List.of((long) VOCABULARY, (long) classes), table.array()))
                .add(5, tensor("last", INT64, List.of(1L), number(2)))
                .add(5, tensor("over", INT64, List.of(1L), number(1)))
                .add(11, value("input_ids", INT64, new Message().add(2, "b"), new Message().add(2, "t")))
                .add(11, value("attention_mask", INT64, new Message().add(2, "b"), new Message().add(2, "t")))
                .add(12, value("logits", FLOAT, new Message().add(2, "b"), new Message().add(1, classes)));
        return new Message()
                .add(1, 8)
                .add(7, graph)
                .add(8, new Message().add(1, "").add(2, 13))
                .bytes()
                .toByteArray();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static Message node(String operator, List<String> inputs, String output) {
        Message node = new Message();
        inputs.forEach(input -> node.add(1, input));
        return node.add(2, output).add(3, output).add(4, operator);
    }

    private static Message integer(String name, long value) {
        return new Message().add(1, name).add(3, value).add(20, ATTRIBUTE_INT);
    }

    private static Message tensor(String name, int type, List<Long> shape, byte[] values) {
        Message tensor = new Message();
        shape.forEach(size -> tensor.add(1, size));
        return tensor.add(2, type).add(8, name).add(9, ByteString.copyFrom(values));
    }

    private static Message value(String name, int type, Message... sizes) {
        Message shape = new Message();
        for (Message size : sizes) {
            shape.add(1, size);
        }
        return new Message()
                .add(1, name)
                .add(2, new Message().add(1, new Message().add(1, type).add(2, shape)));
    }

    /** A Protobuf message under construction. */
    private static final class Message {
        private static final int LENGTH_DELIMITED = 2;

        private final ByteString.Output out = ByteString.newOutput();

        Message add(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message add(int field, ByteString value) {
            varint(((long) field << 3) | LENGTH_DELIMITED);
            varint(value.size());
            out.write(value.toByteArray(), 0, value.size());
            return this;
        }

        Message add(int field, String value) {
            return add(field, ByteString.copyFromUtf8(value));
        }

        Message add(int field, Message value) {
            return add(field, value.bytes());
        }

        ByteString bytes() {
            return out.toByteString();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
