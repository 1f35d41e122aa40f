package io.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.Eventually;
import io.millrace.testing.guarantee.NoGapNoRepeat;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows a job and comes back, to any of some publishers, whenever its connection ends. */
final class Follower {
    private final Vertx vertx;
    private final JobLog log;
    private final int[] ports;
    private final NoGapNoRepeat ordered = new NoGapNoRepeat();
    private @Nullable String epoch;
    private @Nullable TestSocket socket;
    private int tries = 1;
    private int connections;
    private int results;
    private boolean ended;

    /** One that begins at the first of these ports, however long that takes, and then comes back to any of them in turn. */
    Follower(Vertx vertx, JobLog log, int... ports) {
        this.vertx = vertx;
        this.log = log;
        this.ports = ports;
    }

    void connect() {
        socket = Eventually.value(this::tryConnect, "a subscription to " + log.id());
        connections++;
    }

    private Optional<TestSocket> tryConnect() throws Exception {
        int port = connections == 0 ? ports[0] : ports[tries++ % ports.length];
        TestSocket tried = new TestSocket(vertx, port, "/v1/results");
        tried.subscribe(log.id(), epoch, ordered.position());
        Optional<JsonNode> frame = tried.nextOrClosed();
        if (frame.isEmpty() || !frame.get().has("subscribed")) {
            assertThat(frame.isEmpty()
                            || frame.get().path("error").path("retryable").asBoolean())
                    .isTrue();
            tried.close();
            return Optional.empty();
        }
        JsonNode subscribed = frame.get().path("subscribed");
        String told = subscribed.path("epoch").asText();
        epoch = told;
        ordered.subscribed(
                told,
                subscribed.path("recovered").asBoolean(),
                subscribed.path("from").asLong());
        return Optional.of(tried);
    }

    /** Takes events until one has this offset, or the last one came. */
    void takeUntil(long offset) throws Exception {
        while (!ended && ordered.position() < offset) {
            TestSocket open = Objects.requireNonNull(socket);
            Optional<JsonNode> frame = open.nextOrClosed();
            if (frame.isEmpty()) {
                // A killed publisher says nothing; one that lives says that it is worth coming back.
                assertThat(open.closeCode())
                        .satisfiesAnyOf(
                                code -> assertThat(code).isBetween((short) 4000, (short) 4499),
                                code -> assertThat(code).isIn(null, (short) 1006));
                open.close();
                connect();
                continue;
            }
            JsonNode event = frame.get().path("event");
            ordered.event(event.path("offset").asLong());
            results += event.path("type").asText().equals("result") ? 1 : 0;
            ended = event.path("type").asText().equals("end");
        }
    }

    NoGapNoRepeat ordered() {
        return ordered;
    }

    int connections() {
        return connections;
    }

    int results() {
        return results;
    }
}
