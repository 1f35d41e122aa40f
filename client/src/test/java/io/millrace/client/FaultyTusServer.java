package io.millrace.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The least of a tus server, with faults on order. */
final class FaultyTusServer implements AutoCloseable {
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int created;
    private long cutAt = Long.MAX_VALUE;
    private boolean busyOnce;
    private boolean down;
    private boolean downAfterCut;
    private boolean gone;
    private boolean refuseCreation;

    FaultyTusServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/uploads", this::serve);
        http.setExecutor(threads);
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    synchronized void cutAfter(long bytes) {
        cutAt = bytes;
    }

    synchronized void busyOnce() {
        busyOnce = true;
    }

    synchronized void refuseEverythingAfterTheCut() {
        downAfterCut = true;
    }

    synchronized void recover() {
        down = false;
        downAfterCut = false;
    }

    synchronized void forgetUploads() {
        gone = true;
    }

    synchronized void refuseCreation() {
        refuseCreation = true;
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    synchronized int uploadsCreated() {
        return created;
    }

    private synchronized void serve(HttpExchange exchange) {
        try (exchange) {
            if (down || busyOnce) {
                busyOnce = false;
                answer(exchange, 503, "");
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "POST" -> create(exchange);
                case "HEAD" -> answer(exchange, gone ? 404 : 200, "");
                default -> append(exchange);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void create(HttpExchange exchange) throws IOException {
        if (refuseCreation) {
            answer(exchange, 413, "{\"detail\":\"at most 1 KiB\"}");
            return;
        }
        created++;
        gone = false;
        received = new ByteArrayOutputStream();
        exchange.getResponseHeaders().add("Location", "/uploads/file-" + created);
        answer(exchange, 201, "");
    }

    private void append(HttpExchange exchange) throws IOException {
        long offset = Long.parseLong(exchange.getRequestHeaders().getFirst("Upload-Offset"));
        if (gone || offset != received.size()) {
            answer(exchange, gone ? 404 : 409, "");
            return;
        }
        InputStream body = exchange.getRequestBody();
        for (int next = body.read(); next >= 0; next = body.read()) {
            received.write(next);
            if (received.size() == cutAt) {
                cutAt = Long.MAX_VALUE;
                down = downAfterCut;
                throw new IOException("cut");
            }
        }
        answer(exchange, 204, "");
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Upload-Offset", Integer.toString(received.size()));
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
