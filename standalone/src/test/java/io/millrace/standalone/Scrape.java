package io.millrace.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service shows to Prometheus.
 *
 * @param types of the families that are Millrace's own, by name
 * @param labels of the same, but the bounds of histograms
 * @param series the names of all series
 */
record Scrape(Map<String, String> types, Map<String, Set<String>> labels, Set<String> series) {
    private static final Pattern TYPE = Pattern.compile("# TYPE (millrace_\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");

    /** Asks this admin port. */
    static Scrape of(int adminPort) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return read(http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body());
        }
    }

    private static Scrape read(String text) {
        Map<String, String> types = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        Set<String> series = new TreeSet<>();
        text.lines().forEach(line -> {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                series.add(sample.group(1));
                Set<String> known = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
                Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
                label.results()
                        .map(found -> found.group(1))
                        .filter(name -> !name.equals("le"))
                        .forEach(known::add);
            }
        });
        return new Scrape(types, labels, series);
    }
}
