package io.millrace.standalone.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of a job's file in which every request names one model. The same file and model give the same copy, with the same
 * time, so that an upload of it can be resumed.
 */
final class ModelOverride {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelOverride() {}

    /** Makes the copy in this folder. */
    static Path copy(Path file, String model, Path folder) throws IOException {
        String name = Integer.toHexString(file.toRealPath().toString().hashCode()) + "-" + model.replace('/', '_') + "-"
                + file.getFileName();
        Path copy = Files.createDirectories(folder).resolve(name);
        try (BufferedReader lines = Files.newBufferedReader(file);
                BufferedWriter out = Files.newBufferedWriter(copy)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(withModel(line, model));
                out.newLine();
            }
        }
        return Files.setLastModifiedTime(copy, Files.getLastModifiedTime(file));
    }

    /** The line with this model; a line that is no request stays as it is, for the server to say so. */
    static String withModel(String line, String model) {
        try {
            JsonNode request = JSON.readTree(line);
            if (request.get("body") instanceof ObjectNode body) {
                body.put("model", model);
                return JSON.writeValueAsString(request);
            }
            return line;
        } catch (JsonProcessingException e) {
            return line;
        }
    }
}
