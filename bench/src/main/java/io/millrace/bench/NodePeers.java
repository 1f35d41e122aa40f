package io.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The peers of {@code bench/peers} and their load generators, installed with npm below {@code bench/target}. */
final class NodePeers {
    private static final int STOP_SECONDS = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private NodePeers(Path folder) {
        this.folder = folder;
    }

    /** Installs them, the first time from the npm registry. */
    static NodePeers install(Path root) throws IOException, InterruptedException {
        Path folder = root.resolve("bench/target/peers");
        Files.createDirectories(folder);
        try (Stream<Path> sources = Files.list(root.resolve("bench/peers"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                Files.copy(source, folder.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!Files.isDirectory(folder.resolve("node_modules"))) {
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--silent")
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            if (npm.waitFor() != 0) {
                throw new IOException("npm could not install the peers of bench/peers");
            }
        }
        return new NodePeers(folder);
    }

    /** Starts {@code @tus/server} with its file store. */
    TusServer startTusServer() throws IOException {
        Path data = Files.createTempDirectory("millrace-bench-tus");
        ProcessBuilder builder = new ProcessBuilder("node", "tus-server.mjs")
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("DATA_DIR", data.toString());
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String ready = out.readLine();
        if (ready == null) {
            throw new IOException("@tus/server did not start");
        }
        return new TusServer(
                process, URI.create(JSON.readTree(ready).path("url").asText()), data);
    }

    /**
     * Uploads with tus-js-client.
     *
     * @param warm uploads before the clock starts
     * @param load {@code TOTAL_MB FILE_MB CHUNK_MB|inf PARALLEL}
     * @return the generator's figures
     */
    JsonNode upload(URI endpoint, int warm, List<String> load) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "tus-load.mjs", endpoint.toString()));
        command.addAll(load);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("WARM", Integer.toString(warm));
        Process process = builder.start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("uploads to " + endpoint + " failed: " + line);
        }
        return JSON.readTree(line);
    }

    /** A running {@code @tus/server}. */
    record TusServer(Process process, URI endpoint, Path data) implements AutoCloseable {
        /** Deletes what was uploaded. */
        void empty() throws IOException {
            try (Stream<Path> files = Files.list(data)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }

        @Override
        public void close() throws IOException {
            Leftovers.remove(process, STOP_SECONDS, data);
        }
    }
}
