package io.millrace.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;

/** Single requests, of jobs and of calls. Safe for use by several threads. */
public final class Requests {
    private static final int PENDING = 202;
    private static final int UNKNOWN = 404;

    private final HttpClient http;
    private final ClientOptions options;
    private final LinkListener listener;

    Requests(HttpClient http, ClientOptions options, LinkListener listener) {
        this.http = http;
        this.options = options;
        this.listener = listener;
    }

    /** How a request stands. */
    public enum Standing {
        /** The server knows no such request. */
        UNKNOWN,
        /** It has no outcome yet. */
        OPEN,
        /** It has its answer. */
        SUCCEEDED,
        /** It ended in another way. */
        FAILED
    }

    /**
     * How a request ended.
     *
     * @param status the HTTP status with which a caller was answered, or would have been
     * @param body JSON: the model's answer, or an object with {@code error}
     */
    public record Outcome(int status, String body) {
        /** Whether it has the model's answer. */
        public boolean succeeded() {
            return status / 100 == 2;
        }
    }

    /** Asks how a request stands. */
    public Standing standing(String requestId) throws ClientException, InterruptedException {
        HttpResponse<String> answer = ask(requestId);
        if (isOutcome(answer)) {
            return outcome(answer).succeeded() ? Standing.SUCCEEDED : Standing.FAILED;
        }
        return answer.statusCode() == PENDING ? Standing.OPEN : Standing.UNKNOWN;
    }

    /** Asks for a request's outcome; empty where it has none, or is not known (any more). */
    public Optional<Outcome> outcome(String requestId) throws ClientException, InterruptedException {
        return Optional.of(ask(requestId)).filter(Requests::isOutcome).map(Requests::outcome);
    }

    /** Asks until the answer is an outcome, or that there is none. */
    private HttpResponse<String> ask(String requestId) throws ClientException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(options.at("/v1/requests/" + JsonCalls.segment(requestId)))
                .timeout(options.silence())
                .build();
        Retries retries = new Retries(options, listener);
        while (true) {
            try {
                HttpResponse<String> answer = http.send(question, BodyHandlers.ofString());
                int status = answer.statusCode();
                if (isOutcome(answer) || status == PENDING || status == UNKNOWN) {
                    return answer;
                }
                if (!Retries.isRetryable(status)) {
                    throw Answers.refusal(status, answer.body());
                }
                retries.pause(status, answer.headers());
            } catch (IOException e) {
                retries.pause(e);
            }
        }
    }

    /** An outcome may be an error that looks like one of the question's own, but for this header. */
    private static boolean isOutcome(HttpResponse<String> answer) {
        return answer.headers().firstValue("Millrace-Request-Id").isPresent() && answer.statusCode() != PENDING;
    }

    private static Outcome outcome(HttpResponse<String> answer) {
        return new Outcome(answer.statusCode(), answer.body());
    }
}
