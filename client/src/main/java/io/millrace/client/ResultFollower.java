package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Follows a result stream over WebSocket to its end. Whatever breaks, it connects again and goes on behind the last event
 * that was handled. A slow listener holds the server back by credit and loses nothing.
 */
public final class ResultFollower {
    /** Events that may be on their way at once. */
    private static final int CREDIT = 1_024;

    private final HttpClient http;
    private final ClientOptions options;

    ResultFollower(HttpClient http, ClientOptions options) {
        this.http = http;
        this.options = options;
    }

    /**
     * Follows until the stream's end event, which the listener gets like all others.
     *
     * @param after where to go on; null from the beginning
     * @throws RefusedException if the server does not know the stream
     * @throws UnreachableException if patience ended
     */
    public JobEvent.End follow(String stream, @Nullable Position after, ResultListener listener)
            throws ClientException, InterruptedException {
        Retries retries = new Retries(options, listener::interrupted);
        Run run = new Run(stream, after, listener, retries);
        while (true) {
            try (SocketConnection connection = new SocketConnection(http, options, "/v1/results")) {
                return run.until(connection);
            } catch (WebSocketHandshakeException e) {
                int status = e.getResponse().statusCode();
                if (!Retries.isRetryable(status)) {
                    throw Answers.refusal(status, "");
                }
                retries.pause(status, e.getResponse().headers());
            } catch (IOException e) {
                retries.pause(e);
            }
        }
    }

    /** One stream over as many connections as it takes. */
    private static final class Run {
        private static final String ID = "1";
        private final String stream;
        private final ResultListener listener;
        private final Retries retries;
        private @Nullable Position handled;
        private String epoch = "";
        private int unreturned;

        Run(String stream, @Nullable Position after, ResultListener listener, Retries retries) {
            this.stream = stream;
            this.handled = after;
            this.listener = listener;
            this.retries = retries;
        }

        JobEvent.End until(SocketConnection connection) throws IOException, RefusedException, InterruptedException {
            unreturned = 0;
            connection.send(subscription());
            while (true) {
                switch (connection.next()) {
                    case SocketConnection.Frame.Text(String text) -> {
                        JobEvent.@Nullable End end = handle(Answers.JSON.readTree(text), connection);
                        if (end != null) {
                            return end;
                        }
                    }
                    case SocketConnection.Frame.Closed(int code, String reason) -> {
                        if (code >= 4500 && code < 5000) {
                            throw new RefusedException(code, "", "the server closed the connection: " + reason);
                        }
                        throw new IOException("the server closed the connection (" + code + ")");
                    }
                    case SocketConnection.Frame.Binary binary ->
                        throw new IOException("the server sent a binary frame, which means nothing here");
                    case SocketConnection.Frame.Broken(Throwable failure) ->
                        throw new IOException("the connection broke: " + failure.getMessage(), failure);
                }
            }
        }

        private String subscription() {
            ObjectNode frame = Answers.JSON.createObjectNode();
            ObjectNode subscribe = frame.putObject("subscribe");
            subscribe.put("id", ID).put("stream", stream).put("credit", CREDIT);
            if (handled != null) {
                subscribe.putObject("after").put("epoch", handled.epoch()).put("offset", handled.offset());
            }
            return frame.toString();
        }

        private JobEvent.@Nullable End handle(JsonNode frame, SocketConnection connection)
                throws IOException, RefusedException, InterruptedException {
            if (frame.has("event")) {
                JobEvent event = JobEvent.of(frame.get("event"));
                Position position = new Position(epoch, event.offset());
                listener.event(position, event);
                handled = position;
                retries.progressed();
                giveBack(connection);
                return event instanceof JobEvent.End end ? end : null;
            }
            if (frame.has("subscribed")) {
                JsonNode subscribed = frame.get("subscribed");
                epoch = subscribed.path("epoch").asText();
                listener.subscribed(
                        epoch,
                        subscribed.path("recovered").asBoolean(),
                        subscribed.path("from").asLong());
            } else if (frame.has("error")) {
                JsonNode error = frame.get("error");
                String message = error.path("message").asText();
                if (error.path("retryable").asBoolean()) {
                    throw new IOException(message);
                }
                throw new RefusedException(0, error.path("code").asText(), message);
            }
            return null;
        }

        /** Credit goes back in halves, so that the server seldom waits for it and seldom hears of it. */
        private void giveBack(SocketConnection connection) throws IOException, InterruptedException {
            unreturned++;
            if (unreturned >= CREDIT / 2) {
                ObjectNode frame = Answers.JSON.createObjectNode();
                frame.putObject("credit").put("id", ID).put("n", unreturned);
                connection.send(frame.toString());
                unreturned = 0;
            }
        }
    }
}
