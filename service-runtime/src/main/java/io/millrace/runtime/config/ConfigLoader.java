package io.millrace.runtime.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads configuration: defaults, over them the file, the environment, the overrides. Unknown keys and bad values are
 * refused with the key's full path, the value and what is allowed.
 */
public final class ConfigLoader {
    /** One file may serve all services, so each lets the others' top-level keys stand. */
    private static final Set<String> KEYS_OF_OTHERS = Set.of(
            "kafka",
            "models",
            "state_dir",
            "data_dir",
            "http",
            "admin",
            "topics",
            "edge",
            "assembler",
            "worker",
            "publisher",
            "standalone");

    private ConfigLoader() {}

    /**
     * Loads the whole configuration of a program.
     *
     * @param root the record at the top
     * @throws ConfigException if anything is refused
     */
    public static <R extends Record> R load(Class<R> root, ConfigSources sources) {
        Shape.Section section = Shape.section(root);
        ObjectNode tree = Trees.defaults(section);
        if (sources.file() != null) {
            Trees.merge(tree, readFile(sources.file()));
        }
        new TreeMap<>(sources.environment()).forEach((name, text) -> putVariable(section, tree, name, text));
        sources.overrides().forEach(override -> putOverride(section, tree, override));
        return root.cast(RecordBinder.bindSection(section, "", tree, KEYS_OF_OTHERS));
    }

    private static ObjectNode readFile(Path file) {
        try {
            return Trees.parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), "there is no such file");
        } catch (IOException e) {
            throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    private static void putVariable(Shape.Section root, ObjectNode tree, String name, String text) {
        if (!name.startsWith(Paths.ENVIRONMENT_PREFIX)) {
            return;
        }
        String rest = name.substring(Paths.ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT);
        for (Shape.Key key : root.keys()) {
            if (rest.equals(key.name()) || rest.startsWith(key.name() + "_")) {
                try {
                    put(root, tree, "", dotted(root, rest), text);
                } catch (ConfigException e) {
                    throw new ConfigException(name, e.getMessage());
                }
                return;
            }
        }
    }

    /** Finds the dots: a key may have underscores of its own, so the longest known key counts. */
    private static String dotted(Shape.Section section, String name) {
        List<Shape.Key> longestFirst = section.keys().stream()
                .sorted(Comparator.comparingInt((Shape.Key key) -> -key.name().length()))
                .toList();
        for (Shape.Key key : longestFirst) {
            if (name.equals(key.name())) {
                return name;
            }
            if (name.startsWith(key.name() + "_")) {
                String rest = name.substring(key.name().length() + 1);
                if (key.shape() instanceof Shape.Section inner) {
                    return key.name() + "." + dotted(inner, rest);
                } else if (key.shape() instanceof Shape.Texts) {
                    return key.name() + "." + rest.replace('_', '.');
                }
            }
        }
        return name;
    }

    private static void putOverride(Shape.Section root, ObjectNode tree, String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new ConfigException(override, "is no override; write key=value");
        }
        put(root, tree, "", override.substring(0, equals).strip(), override.substring(equals + 1));
    }

    private static void put(Shape.Section section, ObjectNode tree, String path, String rest, String text) {
        int dot = rest.indexOf('.');
        String name = dot < 0 ? rest : rest.substring(0, dot);
        Shape.Key key = section.key(name).orElse(null);
        if (key == null) {
            if (path.isEmpty() && KEYS_OF_OTHERS.contains(name)) {
                return;
            }
            throw UnknownKeys.refused(section, path, name);
        }
        String here = Paths.join(path, name);
        if (dot < 0) {
            Trees.merge(tree, Trees.empty().set(name, Trees.ofText(key.shape(), here, text)));
            return;
        }
        String below = rest.substring(dot + 1);
        JsonNode node = tree.path(name);
        if (key.shape() instanceof Shape.Section inner && node instanceof ObjectNode innerTree) {
            put(inner, innerTree, here, below, text);
        } else if (key.shape() instanceof Shape.Texts && node instanceof ObjectNode texts) {
            texts.put(below, text);
        } else {
            throw new ConfigException(Paths.join(here, below), "is no setting; " + here + " has no keys below it");
        }
    }
}
