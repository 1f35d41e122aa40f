package io.millrace.runtime.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What can be configured, and what is. */
public final class ConfigReference {
    private static final List<String> SECRETS = List.of("password", "secret", "sasl.jaas");
    private static final String HIDDEN = "(hidden)";

    private ConfigReference() {}

    /** The reference page in Markdown: one table per section with key, default, environment variable and meaning. */
    public static String markdown(Class<? extends Record> root) {
        StringBuilder page = new StringBuilder();
        Shape.Section section = Shape.section(root);
        appendSection(page, "", "", section, Trees.defaults(section));
        return page.toString();
    }

    /** The configuration as a file that would give it; secrets are hidden. */
    public static String effectiveYaml(Record config) {
        try {
            return Trees.YAML.writeValueAsString(tree(Shape.section(config.getClass()), config));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written as YAML", e);
        }
    }

    private static void appendSection(
            StringBuilder page, String path, String doc, Shape.Section section, ObjectNode defaults) {
        if (!path.isEmpty()) {
            page.append("\n## `").append(path).append("`\n\n");
            page.append(doc.isEmpty() ? "" : doc + "\n\n");
        }
        List<Shape.Key> rows = section.keys().stream()
                .filter(key -> !(key.shape() instanceof Shape.Section))
                .toList();
        if (!rows.isEmpty()) {
            page.append("| key | default | environment | meaning |\n|---|---|---|---|\n");
            rows.forEach(key -> appendRow(page, path, key, defaults.path(key.name())));
        }
        for (Shape.Key key : section.keys()) {
            String here = Paths.join(path, key.name());
            if (key.shape() instanceof Shape.Section inner) {
                appendSection(page, here, key.doc(), inner, (ObjectNode) defaults.get(key.name()));
            } else if (key.shape() instanceof Shape.Many many && many.element() instanceof Shape.Section element) {
                appendSection(page, here + "[]", "Each entry:", element, Trees.defaults(element));
            }
        }
    }

    private static void appendRow(StringBuilder page, String path, Shape.Key key, JsonNode defaultValue) {
        String here = Paths.join(path, key.name());
        boolean free = key.shape() instanceof Shape.Texts;
        String variable = path.contains("[]") ? "" : code(Paths.environmentName(here) + (free ? "_…" : ""));
        String text = defaultValue.isContainerNode() ? defaultValue.toString() : defaultValue.asText();
        String shown = defaultValue.isContainerNode() && defaultValue.isEmpty() ? "" : text;
        page.append("| ").append(code(free ? here + ".*" : here));
        page.append(" | ").append(shown.isEmpty() ? "" : code(shown));
        page.append(" | ").append(variable);
        page.append(" | ").append(doc(key)).append(" |\n");
    }

    private static String doc(Shape.Key key) {
        String allowed = key.shape() instanceof Shape.Single single
                        && single.scalar().allowed().startsWith("one of")
                ? " (" + single.scalar().allowed() + ")"
                : "";
        return (key.doc() + allowed).replace("|", "\\|");
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static JsonNode tree(Shape shape, Object value) {
        return switch (shape) {
            case Shape.Single single -> TextNode.valueOf(Scalar.format(value));
            case Shape.Many many -> {
                ArrayNode list = Trees.YAML.createArrayNode();
                ((List<?>) value).forEach(element -> list.add(tree(many.element(), element)));
                yield list;
            }
            case Shape.Texts texts -> texts(texts.wrapper() == null ? value : onlyComponent(texts.wrapper(), value));
            case Shape.Section section -> {
                ObjectNode tree = Trees.empty();
                section.keys()
                        .forEach(key -> tree.set(
                                key.name(), hideSecret(key.name(), tree(key.shape(), read(key.component(), value)))));
                yield tree;
            }
        };
    }

    private static ObjectNode texts(Object value) {
        ObjectNode tree = Trees.empty();
        ((Map<?, ?>) value)
                .entrySet().stream()
                        .sorted((a, b) ->
                                a.getKey().toString().compareTo(b.getKey().toString()))
                        .forEach(entry -> {
                            String key = entry.getKey().toString();
                            tree.set(
                                    key,
                                    hideSecret(
                                            key,
                                            TextNode.valueOf(entry.getValue().toString())));
                        });
        return tree;
    }

    private static JsonNode hideSecret(String key, JsonNode value) {
        String lower = key.toLowerCase(Locale.ROOT);
        boolean secret = value.isTextual()
                && !value.asText().isEmpty()
                && SECRETS.stream().anyMatch(lower::contains);
        return secret ? TextNode.valueOf(HIDDEN) : value;
    }

    private static Object onlyComponent(Class<?> type, Object value) {
        return read(type.getRecordComponents()[0], value);
    }

    private static Object read(RecordComponent component, Object value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
