package io.millrace.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What may stand at a place of the configuration. */
sealed interface Shape {
    /** One value. */
    record Single(Scalar scalar) implements Shape {}

    /** Keys of their own. */
    record Section(Class<?> type, List<Key> keys) implements Shape {
        Optional<Key> key(String name) {
            return keys.stream().filter(key -> key.name().equals(name)).findFirst();
        }

        List<String> names() {
            return keys.stream().map(Key::name).toList();
        }
    }

    /** Any number of the same. */
    record Many(Shape element) implements Shape {}

    /** Texts under free keys; wrapped into a record of this type if there is one. */
    record Texts(@Nullable Class<?> wrapper) implements Shape {}

    /** One key of a section. */
    record Key(String name, RecordComponent component, Shape shape, String defaultText, String doc) {}

    /** The shape of a configuration record. */
    static Section section(Class<?> type) {
        return new Section(
                type, Arrays.stream(type.getRecordComponents()).map(Shape::key).toList());
    }

    private static Key key(RecordComponent component) {
        Shape shape = of(component.getGenericType());
        @Nullable Setting setting = component.getAnnotation(Setting.class);
        if (setting == null && shape instanceof Texts texts && texts.wrapper() != null) {
            setting = texts.wrapper().getRecordComponents()[0].getAnnotation(Setting.class);
        }
        if (setting == null && !(shape instanceof Section)) {
            throw new IllegalStateException(component.getDeclaringRecord() + "." + component.getName() + " needs @"
                    + Setting.class.getSimpleName());
        }
        return new Key(
                Paths.snakeCase(component.getName()),
                component,
                shape,
                setting == null ? "" : setting.value(),
                setting == null ? "" : setting.doc());
    }

    private static Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                return new Many(of(generic.getActualTypeArguments()[0]));
            }
            if (isTextMap(generic)) {
                return new Texts(null);
            }
        }
        if (type instanceof Class<?> plain) {
            Optional<Scalar> scalar = Scalar.of(plain);
            if (scalar.isPresent()) {
                return new Single(scalar.get());
            }
            if (plain.isRecord()) {
                return wrapsTexts(plain) ? new Texts(plain) : section(plain);
            }
        }
        throw new IllegalStateException("no configuration can be read into " + type);
    }

    private static boolean wrapsTexts(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1 && isTextMap(components[0].getGenericType());
    }

    private static boolean isTextMap(Type type) {
        return type instanceof ParameterizedType map
                && map.getRawType() == Map.class
                && Arrays.equals(map.getActualTypeArguments(), new Type[] {String.class, String.class});
    }

    /** Makes the record; what its constructor refuses is seen from the path. */
    static Object newRecord(Class<?> type, String path, Object... values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException refused) {
                throw refused.within(path);
            }
            throw new IllegalStateException("cannot make " + type + " at " + path, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type + " at " + path, e);
        }
    }
}
