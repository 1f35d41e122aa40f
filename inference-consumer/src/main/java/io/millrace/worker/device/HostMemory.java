package io.millrace.worker.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's memory, as Linux tells it: what the page cache would give back counts as free. */
final class HostMemory {
    private static final Path SOURCE = Path.of("/proc/meminfo");
    private static final Pattern LINE = Pattern.compile("(\\w+):\\s+(\\d+) kB");
    private static final long KIB = 1024;

    private HostMemory() {}

    /** As it is now; empty on other systems. */
    static Optional<Device> look() {
        try {
            return Files.isReadable(SOURCE) ? parse(Files.readAllLines(SOURCE)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads the lines of {@code /proc/meminfo}. */
    static Optional<Device> parse(List<String> lines) {
        Optional<Long> total = value(lines, "MemTotal");
        Optional<Long> free = value(lines, "MemAvailable");
        return total.flatMap(all -> free.map(rest -> new Device(Device.HOST, all - rest, all, -1)));
    }

    private static Optional<Long> value(List<String> lines, String key) {
        return lines.stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .filter(line -> line.group(1).equals(key))
                .map(line -> Long.parseLong(line.group(2)) * KIB)
                .findFirst();
    }
}
