package io.millrace.bench.results;

import io.millrace.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** nginx with nchan, which keeps messages in memory only: {@code POST /pub/N} and the WebSocket {@code /sub/N}. */
final class Nchan implements AutoCloseable {
    private static final int LANES = 8;
    private static final List<Path> MODULES = List.of(
            Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so"),
            Path.of("/usr/lib64/nginx/modules/ngx_nchan_module.so"),
            Path.of("/usr/share/nginx/modules/ngx_nchan_module.so"));

    private final Process process;
    private final Path folder;
    private final int port;
    private final List<Lane> lanes = new ArrayList<>();

    private Nchan(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Starts it; absent where Debian's packages nginx and libnginx-mod-nchan are not installed. */
    static Optional<Nchan> start() throws IOException, InterruptedException {
        Optional<Path> module = MODULES.stream().filter(Files::exists).findFirst();
        if (module.isEmpty()) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("millrace-bench-nchan");
        int port = FreePorts.one();
        Path file = Files.writeString(folder.resolve("nginx.conf"), configuration(module.get(), folder, port));
        Process process = new ProcessBuilder(
                        "nginx",
                        "-p",
                        folder.toString(),
                        "-c",
                        file.toString(),
                        "-e",
                        folder.resolve("log").toString())
                .inheritIO()
                .start();
        Nchan nchan = new Nchan(process, folder, port);
        nchan.connect();
        return Optional.of(nchan);
    }

    private static String configuration(Path module, Path folder, int port) {
        return """
                load_module %1$s;
                daemon off;
                user root;
                pid %2$s/pid;
                worker_processes 2;
                worker_rlimit_nofile 16384;
                events { worker_connections 8192; }
                http {
                  access_log off;
                  client_body_temp_path %2$s/body; proxy_temp_path %2$s/proxy; fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi; scgi_temp_path %2$s/scgi;
                  tcp_nodelay on;
                  keepalive_requests 10000000;
                  nchan_shared_memory_size 256M;
                  server {
                    listen 127.0.0.1:%3$d backlog=4096;
                    nchan_message_buffer_length 1000;
                    nchan_message_timeout 5m;
                    location ~ ^/pub/([0-9]+)$ { nchan_publisher http; nchan_channel_id $1; }
                    location ~ ^/sub/([0-9]+)$ { nchan_subscriber websocket; nchan_channel_id $1;
                      nchan_subscriber_first_message newest; }
                  }
                }
                """.formatted(module, folder, port);
    }

    private void connect() throws IOException, InterruptedException {
        long until = System.nanoTime() + 10_000_000_000L;
        while (lanes.size() < LANES) {
            try {
                lanes.add(new Lane(new Socket(InetAddress.getLoopbackAddress(), port)));
            } catch (IOException e) {
                if (System.nanoTime() > until || !process.isAlive()) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    int port() {
        return port;
    }

    /** Publishes into a channel, in the order of the calls for it. */
    void publish(int channel, String text) {
        lanes.get(channel % LANES).publish(channel, text);
    }

    @Override
    public void close() throws IOException {
        for (Lane lane : lanes) {
            lane.close();
        }
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** One connection, one request at a time. */
    private static final class Lane implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private final OutputStream out;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();

        Lane(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            out = socket.getOutputStream();
        }

        void publish(int channel, String text) {
            thread.execute(() -> post(channel, text));
        }

        private void post(int channel, String text) {
            try {
                out.write(
                        ("POST /pub/" + channel + " HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
                                        + text.length() + "\r\n\r\n" + text)
                                .getBytes(StandardCharsets.US_ASCII));
                int length = 0;
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(
                                line.substring(line.indexOf(':') + 1).strip());
                    }
                }
                long skipped = in.skip(length);
                if (skipped < length) {
                    throw new IOException("an answer broke off");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            thread.shutdownNow();
            socket.close();
        }
    }
}
