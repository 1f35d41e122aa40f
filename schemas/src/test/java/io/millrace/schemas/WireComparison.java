package io.millrace.schemas;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a newer set of messages breaks for data and programs of an older one. Messages and enums go by their full
 * names, fields and values by their numbers; what is new breaks nothing, unless it takes a number that was given up.
 */
final class WireComparison {
    private final List<String> breaks = new ArrayList<>();

    private WireComparison() {}

    /** One text for each break; empty when the newer set can replace the older. */
    static List<String> breaks(FileDescriptorSet before, FileDescriptorSet now) {
        WireComparison comparison = new WireComparison();
        Names known = Names.of(now);
        Names old = Names.of(before);
        old.messages.forEach((name, message) -> comparison.message(name, message, known.messages.get(name)));
        old.enums.forEach((name, values) -> comparison.enumeration(name, values, known.enums.get(name)));
        return comparison.breaks;
    }

    private void message(String name, DescriptorProto before, @Nullable DescriptorProto now) {
        if (now == null) {
            breaks.add("message " + name + " was removed");
            return;
        }
        Map<Integer, FieldDescriptorProto> fields = new TreeMap<>();
        now.getFieldList().forEach(field -> fields.put(field.getNumber(), field));
        for (FieldDescriptorProto field : before.getFieldList()) {
            field(name, before, field, now, fields.get(field.getNumber()));
        }
        for (FieldDescriptorProto field : now.getFieldList()) {
            boolean givenUp = before.getReservedRangeList().stream()
                    .anyMatch(range -> range.getStart() <= field.getNumber() && field.getNumber() < range.getEnd());
            if (givenUp) {
                breaks.add("field " + name + "." + field.getName() + " takes the reserved number " + field.getNumber());
            }
        }
        if (!now.getReservedRangeList().containsAll(before.getReservedRangeList())) {
            breaks.add("message " + name + " no longer reserves numbers that were given up");
        }
    }

    private void field(
            String message,
            DescriptorProto before,
            FieldDescriptorProto old,
            DescriptorProto now,
            @Nullable FieldDescriptorProto field) {
        String name = "field " + message + "." + old.getName() + " = " + old.getNumber();
        if (field == null) {
            breaks.add(name + " was removed or got another number");
            return;
        }
        compare(name, "name", old.getName(), field.getName());
        compare(name, "type", type(old), type(field));
        compare(name, "label", old.getLabel(), field.getLabel());
        compare(name, "presence", old.getProto3Optional(), field.getProto3Optional());
        compare(name, "oneof", oneof(before, old), oneof(now, field));
    }

    private void enumeration(String name, EnumDescriptorProto before, @Nullable EnumDescriptorProto now) {
        if (now == null) {
            breaks.add("enum " + name + " was removed");
            return;
        }
        Map<Integer, String> values = new TreeMap<>();
        now.getValueList().forEach(value -> values.put(value.getNumber(), value.getName()));
        for (EnumValueDescriptorProto value : before.getValueList()) {
            String meaning = values.get(value.getNumber());
            String label = "value " + name + "." + value.getName() + " = " + value.getNumber();
            if (meaning == null) {
                breaks.add(label + " was removed or got another number");
            } else {
                compare(label, "name", value.getName(), meaning);
            }
        }
        for (EnumValueDescriptorProto value : now.getValueList()) {
            boolean givenUp = before.getReservedRangeList().stream()
                    .anyMatch(range -> range.getStart() <= value.getNumber() && value.getNumber() <= range.getEnd());
            if (givenUp) {
                breaks.add("value " + name + "." + value.getName() + " takes the reserved number " + value.getNumber());
            }
        }
    }

    private void compare(String what, String aspect, Object before, Object now) {
        if (!before.equals(now)) {
            breaks.add(what + " changed its " + aspect + " from " + before + " to " + now);
        }
    }

    private static String type(FieldDescriptorProto field) {
        return field.hasTypeName() ? field.getTypeName() : field.getType().name();
    }

    /** The name of the field's oneof, or nothing; the one that stands for {@code optional} is no oneof on the wire. */
    private static String oneof(DescriptorProto message, FieldDescriptorProto field) {
        return field.hasOneofIndex() && !field.getProto3Optional()
                ? "'" + message.getOneofDecl(field.getOneofIndex()).getName() + "'"
                : "none";
    }

    /** Everything in a set by its full name. */
    private record Names(Map<String, DescriptorProto> messages, Map<String, EnumDescriptorProto> enums) {
        static Names of(FileDescriptorSet files) {
            Names names = new Names(new TreeMap<>(), new TreeMap<>());
            for (FileDescriptorProto file : files.getFileList()) {
                String scope = file.getPackage() + ".";
                file.getMessageTypeList().forEach(message -> names.add(scope, message));
                file.getEnumTypeList().forEach(values -> names.enums.put(scope + values.getName(), values));
            }
            return names;
        }

        private void add(String scope, DescriptorProto message) {
            String name = scope + message.getName();
            messages.put(name, message);
            message.getNestedTypeList().forEach(nested -> add(name + ".", nested));
            message.getEnumTypeList().forEach(values -> enums.put(name + "." + values.getName(), values));
        }
    }
}
