package io.millrace.worker.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a model and its tokenizer lie. */
public record ModelFiles(Source model, Source tokenizer) {
    /** The MiniLM that comes with the worker. */
    public static final ModelFiles BUILT_IN =
            new ModelFiles(onClassPath("/all-minilm-l6-v2-q.onnx"), onClassPath("/all-minilm-l6-v2-q-tokenizer.json"));

    /** The file on the class path. */
    public static Source onClassPath(String resource) {
        return () -> {
            InputStream stream = ModelFiles.class.getResourceAsStream(resource);
            if (stream == null) {
                throw new IOException("the class path has no " + resource);
            }
            return stream;
        };
    }

    /** The file at this path. */
    public static Source at(Path file) {
        return () -> Files.newInputStream(file);
    }

    /** Opens a file, any number of times. */
    @FunctionalInterface
    public interface Source {
        /** A new stream of its content; the caller closes it. */
        InputStream open() throws IOException;

        /** All of it. */
        default byte[] bytes() throws IOException {
            try (InputStream stream = open()) {
                return stream.readAllBytes();
            }
        }
    }
}
