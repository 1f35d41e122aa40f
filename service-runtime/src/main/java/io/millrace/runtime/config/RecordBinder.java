package io.millrace.runtime.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes records of a tree that has its defaults, and says precisely what does not fit. */
final class RecordBinder {
    private RecordBinder() {}

    static Object bind(Shape shape, String path, JsonNode node) {
        return switch (shape) {
            case Shape.Single single -> bindScalar(single.scalar(), path, node);
            case Shape.Many many -> bindList(many, path, node);
            case Shape.Texts texts -> bindTexts(texts, path, node);
            case Shape.Section section -> bindSection(section, path, node, Set.of());
        };
    }

    /** @param ignored keys that may be there although the section does not know them */
    static Object bindSection(Shape.Section section, String path, JsonNode node, Set<String> ignored) {
        ObjectNode tree = requireSection(path, node);
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            if (section.key(entry.getKey()).isEmpty() && !ignored.contains(entry.getKey())) {
                throw UnknownKeys.refused(section, path, entry.getKey());
            }
        }
        Object[] values = section.keys().stream()
                .map(key -> bind(key.shape(), Paths.join(path, key.name()), tree.path(key.name())))
                .toArray();
        return Shape.newRecord(section.type(), path, values);
    }

    private static Object bindScalar(Scalar scalar, String path, JsonNode node) {
        if (node.isContainerNode()) {
            throw scalar.refused(path, node.toString());
        }
        return scalar.parseAt(path, node.asText());
    }

    private static List<Object> bindList(Shape.Many many, String path, JsonNode node) {
        if (!(node instanceof ArrayNode)) {
            throw new ConfigException(
                    path, "'" + node.asText() + "' is no list; write one entry per line with - before");
        }
        List<Object> values = new ArrayList<>();
        for (JsonNode element : node) {
            values.add(bindElement(many.element(), path + "[" + values.size() + "]", element));
        }
        return List.copyOf(values);
    }

    private static Object bindElement(Shape shape, String path, JsonNode element) {
        if (shape instanceof Shape.Section section) {
            ObjectNode tree = Trees.defaults(section);
            Trees.merge(tree, requireSection(path, element));
            return bind(section, path, tree);
        }
        return bind(shape, path, element);
    }

    private static Object bindTexts(Shape.Texts texts, String path, JsonNode node) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : requireSection(path, node).properties()) {
            if (entry.getValue().isContainerNode()) {
                throw new ConfigException(
                        Paths.join(path, entry.getKey()), "must be one text; write the whole key with its dots");
            }
            values.put(entry.getKey(), entry.getValue().asText());
        }
        return texts.wrapper() == null ? Map.copyOf(values) : Shape.newRecord(texts.wrapper(), path, values);
    }

    private static ObjectNode requireSection(String path, JsonNode node) {
        if (node instanceof ObjectNode tree) {
            return tree;
        }
        throw new ConfigException(path, "'" + node.asText() + "' is no section; write its keys below it");
    }
}
