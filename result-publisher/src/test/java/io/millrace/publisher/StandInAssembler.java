package io.millrace.publisher;

import com.sun.net.httpserver.HttpServer;
import io.millrace.schemas.v1.ChunkReference;
import io.millrace.schemas.v1.ManifestPage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Answers where the bytes of a file lie, in place of the assembler: every file's are the same, or no file is known. */
final class StandInAssembler implements AutoCloseable {
    private final HttpServer server;
    private volatile byte[] manifest = {};

    StandInAssembler() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/internal/v1/uploads/", exchange -> {
            byte[] answer = manifest;
            exchange.sendResponseHeaders(answer.length == 0 ? 404 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    String setting() {
        return "assembler_addresses=[\"http://127.0.0.1:" + server.getAddress().getPort() + "\"]";
    }

    /** From now on every file is this record. */
    void serve(RecordMetadata chunk) {
        manifest = ManifestPage.newBuilder()
                .addPieces(ChunkReference.newBuilder()
                        .setPartition(chunk.partition())
                        .setOffset(chunk.offset())
                        .setLength(chunk.serializedValueSize()))
                .build()
                .toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
