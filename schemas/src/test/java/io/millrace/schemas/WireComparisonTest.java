package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Changes a small file in one way after the other. */
class WireComparisonTest {
    @Test
    void shouldAllowAdditions() {
        assertThat(breaks(file -> {
                    file.getMessageTypeBuilder(0).addField(field("added", 3, FieldDescriptorProto.Type.TYPE_INT64));
                    file.addMessageType(DescriptorProto.newBuilder().setName("Other"));
                    file.getEnumTypeBuilder(0).addValue(value("BLUE", 2));
                }))
                .isEmpty();
    }

    @Test
    void shouldRefuseARemovedField() {
        assertThat(breaks(file -> file.getMessageTypeBuilder(0).removeField(0)))
                .containsExactly("field demo.Thing.name = 1 was removed or got another number");
    }

    @Test
    void shouldRefuseARenumberedField() {
        assertThat(breaks(
                        file -> file.getMessageTypeBuilder(0).getFieldBuilder(0).setNumber(4)))
                .containsExactly("field demo.Thing.name = 1 was removed or got another number");
    }

    @Test
    void shouldRefuseAnotherType() {
        assertThat(breaks(file ->
                        file.getMessageTypeBuilder(0).getFieldBuilder(0).setType(FieldDescriptorProto.Type.TYPE_BYTES)))
                .containsExactly("field demo.Thing.name = 1 changed its type from TYPE_STRING to TYPE_BYTES");
    }

    @Test
    void shouldRefuseAnotherLabel() {
        assertThat(breaks(
                        file -> file.getMessageTypeBuilder(0).getFieldBuilder(0).setLabel(Label.LABEL_REPEATED)))
                .singleElement()
                .asString()
                .contains("changed its label");
    }

    @Test
    void shouldRefuseAMoveIntoAOneof() {
        assertThat(breaks(file -> file.getMessageTypeBuilder(0)
                        .addOneofDecl(OneofDescriptorProto.newBuilder().setName("choice"))
                        .getFieldBuilder(0)
                        .setOneofIndex(0)))
                .containsExactly("field demo.Thing.name = 1 changed its oneof from none to 'choice'");
    }

    @Test
    void shouldRefuseOtherPresence() {
        assertThat(breaks(file -> file.getMessageTypeBuilder(0)
                        .addOneofDecl(OneofDescriptorProto.newBuilder().setName("_name"))
                        .getFieldBuilder(0)
                        .setOneofIndex(0)
                        .setProto3Optional(true)))
                .containsExactly("field demo.Thing.name = 1 changed its presence from false to true");
    }

    @Test
    void shouldRefuseAnotherMeaningOfANumber() {
        assertThat(breaks(
                        file -> file.getMessageTypeBuilder(0).getFieldBuilder(0).setName("title")))
                .containsExactly("field demo.Thing.name = 1 changed its name from name to title");
    }

    @Test
    void shouldRefuseANumberThatWasGivenUp() {
        assertThat(breaks(file -> file.getMessageTypeBuilder(0)
                        .addField(field("again", 9, FieldDescriptorProto.Type.TYPE_INT64))))
                .containsExactly("field demo.Thing.again takes the reserved number 9");
    }

    @Test
    void shouldRefuseToForgetWhatWasGivenUp() {
        assertThat(breaks(file -> file.getMessageTypeBuilder(0).clearReservedRange()))
                .containsExactly("message demo.Thing no longer reserves numbers that were given up");
    }

    @Test
    void shouldRefuseARemovedOrRenamedEnumValue() {
        assertThat(breaks(file -> file.getEnumTypeBuilder(0).removeValue(1)))
                .containsExactly("value demo.Colour.RED = 1 was removed or got another number");
        assertThat(breaks(file -> file.getEnumTypeBuilder(0).getValueBuilder(1).setName("GREEN")))
                .containsExactly("value demo.Colour.RED = 1 changed its name from RED to GREEN");
    }

    @Test
    void shouldRefuseARemovedMessageOrEnum() {
        assertThat(breaks(file -> file.clearMessageType().clearEnumType()))
                .containsExactly(
                        "message demo.Thing was removed",
                        "message demo.Thing.Part was removed",
                        "enum demo.Colour was removed");
    }

    private static List<String> breaks(Consumer<FileDescriptorProto.Builder> change) {
        FileDescriptorProto.Builder before = FileDescriptorProto.newBuilder()
                .setName("demo.proto")
                .setPackage("demo")
                .addMessageType(DescriptorProto.newBuilder()
                        .setName("Thing")
                        .addField(field("name", 1, FieldDescriptorProto.Type.TYPE_STRING))
                        .addField(field("size", 2, FieldDescriptorProto.Type.TYPE_INT64))
                        .addReservedRange(ReservedRange.newBuilder().setStart(9).setEnd(10))
                        .addNestedType(DescriptorProto.newBuilder().setName("Part")))
                .addEnumType(EnumDescriptorProto.newBuilder()
                        .setName("Colour")
                        .addValue(value("NONE", 0))
                        .addValue(value("RED", 1)));
        FileDescriptorProto.Builder now = before.clone();
        change.accept(now);
        return WireComparison.breaks(set(before), set(now));
    }

    private static FileDescriptorSet set(FileDescriptorProto.Builder file) {
        return FileDescriptorSet.newBuilder().addFile(file).build();
    }

    private static FieldDescriptorProto field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL)
                .build();
    }

    private static EnumValueDescriptorProto value(String name, int number) {
        return EnumValueDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .build();
    }
}
