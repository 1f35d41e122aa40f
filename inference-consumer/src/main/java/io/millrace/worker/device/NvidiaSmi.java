package io.millrace.worker.device;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks NVIDIA's own program about the GPUs, where it is installed. */
final class NvidiaSmi {
    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmi.class);
    private static final int PATIENCE_SECONDS = 5;
    private static final int FIELDS = 4;
    private static final long MIB = 1L << 20;
    private static final double PERCENT = 100;

    private final Path program;

    private NvidiaSmi(Path program) {
        this.program = program;
    }

    /**
     * Finds it.
     *
     * @param path folders, as in the environment variable PATH
     */
    static Optional<NvidiaSmi> find(String path) {
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nvidia-smi"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(NvidiaSmi::new);
    }

    /** The GPUs; none if it fails or takes too long. Blocks. */
    List<Device> devices() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            program.toString(),
                            "--query-gpu=index,memory.used,memory.total,utilization.gpu",
                            "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? parse(said) : List.of();
        } catch (IOException e) {
            LOG.debug("nvidia-smi cannot be asked", e);
            return List.of();
        }
    }

    /** Reads one line for each GPU; a line that makes no sense is left out. */
    static List<Device> parse(String csv) {
        return csv.lines().flatMap(line -> device(line).stream()).toList();
    }

    private static Optional<Device> device(String line) {
        List<String> fields =
                Arrays.stream(line.split(",", -1)).map(String::strip).toList();
        try {
            if (fields.size() != FIELDS || Long.parseLong(fields.get(2)) <= 0) {
                return Optional.empty();
            }
            return Optional.of(new Device(
                    Device.gpu(Integer.parseInt(fields.get(0))),
                    Long.parseLong(fields.get(1)) * MIB,
                    Long.parseLong(fields.get(2)) * MIB,
                    busy(fields.get(3))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Some devices answer {@code [N/A]}. */
    private static double busy(String field) {
        return field.startsWith("[") ? -1 : Integer.parseInt(field) / PERCENT;
    }
}
