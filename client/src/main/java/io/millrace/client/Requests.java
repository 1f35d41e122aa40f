package io.millrace.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

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

    /** Asks how a request stands. */
    public Standing standing(String requestId) throws ClientException, InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(options.at("/v1/requests/" + JsonCalls.segment(requestId)))
                .timeout(options.silence())
                .build();
        Retries retries = new Retries(options, listener);
        while (true) {
            try {
                HttpResponse<String> answer = http.send(question, BodyHandlers.ofString());
                int status = answer.statusCode();
                // An outcome may be an error that looks like one of the question's own, but for this header.
                if (answer.headers().firstValue("Millrace-Request-Id").isPresent() && status != PENDING) {
                    return status / 100 == 2 ? Standing.SUCCEEDED : Standing.FAILED;
                }
                if (status == PENDING) {
                    return Standing.OPEN;
                }
                if (status == UNKNOWN) {
                    return Standing.UNKNOWN;
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
}
