package io.millrace.runtime.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;

/** Configuration before it is bound: trees of keys and texts. */
final class Trees {
    static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Trees() {}

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The tree that a YAML text holds; an empty text holds an empty one. */
    static ObjectNode parse(String path, String yaml) {
        return switch (read(path, yaml)) {
            case ObjectNode tree -> tree;
            case JsonNode none when none.isMissingNode() || none.isNull() -> empty();
            default -> throw new ConfigException(path, "must hold keys and values");
        };
    }

    /** What a text means at a place of this shape: from the environment, from an override, or a default. */
    static JsonNode ofText(Shape shape, String path, String text) {
        return switch (shape) {
            case Shape.Single single -> TextNode.valueOf(text);
            case Shape.Section section -> parse(path, text);
            case Shape.Texts texts -> parse(path, text);
            case Shape.Many many -> list(path, text);
        };
    }

    /** Puts {@code over} over {@code tree}: keys of sections one by one, everything else as a whole. */
    static void merge(ObjectNode tree, ObjectNode over) {
        for (Map.Entry<String, JsonNode> entry : over.properties()) {
            if (entry.getValue() instanceof ObjectNode section
                    && tree.get(entry.getKey()) instanceof ObjectNode below) {
                merge(below, section);
            } else if (!entry.getValue().isNull()) {
                tree.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /** The tree of a section's defaults. */
    static ObjectNode defaults(Shape.Section section) {
        ObjectNode tree = empty();
        for (Shape.Key key : section.keys()) {
            JsonNode value = ofText(key.shape(), key.name(), key.defaultText());
            if (key.shape() instanceof Shape.Section inner) {
                ObjectNode below = defaults(inner);
                merge(below, (ObjectNode) value);
                tree.set(key.name(), below);
            } else {
                tree.set(key.name(), value);
            }
        }
        return tree;
    }

    private static ArrayNode list(String path, String text) {
        if (text.startsWith("[")) {
            if (read(path, text) instanceof ArrayNode list) {
                return list;
            }
            throw new ConfigException(path, "'" + text + "' is no list; write [a, b] or a,b");
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String element : text.split(",")) {
            if (!element.isBlank()) {
                list.add(element.strip());
            }
        }
        return list;
    }

    private static JsonNode read(String path, String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
            throw new ConfigException(path, "is not valid YAML" + line + ": " + e.getOriginalMessage());
        }
    }
}
